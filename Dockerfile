FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
# Here, because whoever runs it may not write to /app, and web and worker prepare nothing.
RUN python -m config.catalogues
RUN useradd --create-home contrechamp && mkdir /data && chown contrechamp /data
USER contrechamp
VOLUME /data
EXPOSE 8000
# Web and worker together; docker-compose.yml runs them apart.
CMD ["python", "-m", "config.serve", "--host", "0.0.0.0"]
