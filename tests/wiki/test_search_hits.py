"""Questions as people ask them aloud, over the starter questions: the right one is among the first three."""

import pytest

from tests.factories import make_category, make_user
from tests.wiki.test_search import ON
from wiki.domain.starter import load_starter_questions
from wiki.models import Question, SearchDocument
from wiki.search import search
from wiki.search.words import index_tokens

FRENCH = """
pourquoi les gens s'en vont de chez vous    | why-people-leave
ça tourne beaucoup chez vous ?              | turnover-rate
ca tourne beaucoup                          | turnover-rate
turn-over                                   | turnover-rate
Combien de démissions l’an dernier ?        | turnover-rate
qui était là avant moi                      | predecessor
pourquoi ce poste est ouvert                | job-opening-reason
periodes d'essai                            | probation-period
mon manager est-il disponible               | manager-availability
que se passe-t-il si je fais une erreur     | mistakes
droit a l'erreur                            | mistakes
est-ce que je peux décider seul             | decision-rights
les objectifs                               | success-criteria
budget de formation                         | training-budget
est-ce qu'on peut évoluer                   | career-paths
un mentor ?                                 | mentoring
salaires                                    | pay-policy
fourchette de salaire                       | pay-range
egalite salariale femmes hommes             | pay-equality
prime de fin d'année                        | bonus
la mutuelle                                 | benefits
interessement                               | profit-sharing
heures supplémentaires payées               | overtime
mes horaires sont souples ?                 | flexible-hours
droit à la déconnexion                      | right-to-disconnect
congés et RTT                               | time-off
temps partiel                               | part-time
télé-travail                                | remote-policy
combien de jours de teletravail             | remote-policy
déplacements fréquents                      | business-travel
y a-t-il un parking                         | commute
quelle est l'ambiance ?                     | team-atmosphere
trop de réunions ?                          | meetings
syndicats, CSE                              | employee-representatives
vous allez licencier du monde ?             | reorganisation
l'IA va me remplacer                        | technology-change
vos concurrents                             | competitors
la boîte est-elle rentable                  | financial-health
bilan carbone                               | climate
handicap                                    | disability
mon premier jour                            | onboarding
rencontrer l'équipe                         | meeting-the-team
stock options                               | profit-sharing
"""

ENGLISH = """
why do people leave                         | why-people-leave
attrition rate                              | turnover-rate
is it a revolving door?                     | turnover-rate
who was in this job before me               | predecessor
is it OK to disagree with the boss          | disagreement-with-manager
training budgets                            | training-budget
how do I get promoted                       | promotion-criteria
what's the salary                           | pay-range
gender pay gap                              | pay-equality
stock options                               | profit-sharing
flexible hour                               | flexible-hours
e-mail at night                             | right-to-disconnect
email at night                              | right-to-disconnect
maternity leave                             | parenthood
part time                                   | part-time
can I work from home                        | remote-policy
wheelchair                                  | disability
too many meetings                           | meetings
will AI take my job                         | technology-change
what keeps you up at night                  | biggest-risk
carbon footprint                            | climate
what would my first week look like          | onboarding
when will I hear back                       | next-steps
probation                                   | probation-period
télétravail                                 | remote-policy
"""


def rows(table: str, language: str) -> list[tuple[str, str, str]]:
    cells = (line.rsplit("|", 1) for line in table.strip().splitlines())
    return [(language, query.strip(), slug.strip()) for query, slug in cells]


@pytest.mark.django_db
def test_search_finds_what_is_asked_aloud():
    load_starter_questions()
    reader = make_user("reader")
    missed = []
    for language, query, slug in rows(FRENCH, "fr") + rows(ENGLISH, "en"):
        found = search(query=query, user=reader, language=language, on=ON, prefix=True).hits
        first = [hit.question.slug for hit in found[:3]]
        if slug not in first:
            missed.append((query, slug, first))

    assert missed == []


# The whole order, as it is on both databases.
ORDERS = {
    ("fr", "salaire"): ["pay-policy", "benefits", "pay-range", "pay-review", "recognition"],
    ("en", "what's the salary"): ["benefits", "pay-range", "pay-review", "pay-policy"],
    ("fr", "heures de réunion avec le manager"): [
        "manager-availability",
        "meetings",
        "disagreement-with-manager",
    ],
    ("en", "training for the team and its manager"): ["manager-training"],
}


@pytest.mark.django_db
def test_search_keeps_the_same_order_on_both_databases():
    load_starter_questions()
    reader = make_user("reader")

    assert {
        (language, query): [
            hit.question.slug for hit in search(query=query, user=reader, language=language, on=ON).hits
        ]
        for language, query in ORDERS
    } == ORDERS


@pytest.mark.django_db
def test_search_ranks_the_newest_when_more_match_than_are_ranked():
    category, tokens = make_category(), index_tokens("unicorn", "en")
    questions = Question.objects.bulk_create(
        Question(slug=f"unicorn-{number}", category=category) for number in range(210)
    )
    SearchDocument.objects.bulk_create(
        SearchDocument(question=question, language="en", phrasings=tokens) for question in questions
    )

    results = search(query="unicorn", user=make_user("reader"), language="en", on=ON)

    assert [hit.question for hit in results.hits] == questions[10:30]
    assert results.capped
