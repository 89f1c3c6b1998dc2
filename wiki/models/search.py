from django.db import models

from accounts.models import Language
from wiki.models.answers import Answer
from wiki.models.questions import Question


class SearchDocument(models.Model):
    """What the search knows of a question in one language (answer null) or of a published answer.

    `heading` and `body` hold stemmed, accent-folded tokens made by `wiki.search`, not readable text.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    heading = models.TextField()
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"],
                condition=models.Q(answer=None),
                name="search_question_once",
            ),
            models.UniqueConstraint(fields=["answer"], name="search_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.answer_id}/{self.language}"
