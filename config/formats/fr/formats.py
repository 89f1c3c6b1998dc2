"""French dates as typographers write them: 24 novembre 2026 à 17 h 00, held together by no-break spaces."""

DATE_FORMAT = "j\u00a0F Y"
MONTH_DAY_FORMAT = "j\u00a0F"
TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"{DATE_FORMAT} à {TIME_FORMAT}"
