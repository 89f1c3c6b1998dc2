"""Every address of the wiki, one list a subject."""

from django.urls import path

from wiki.views import (
    answers,
    browse,
    categories,
    challenges,
    figure_values,
    figures,
    images,
    keeping,
    next_questions,
    pauses,
    publications,
    questions,
    ready,
    review,
    review_acts,
    revisions,
    scopes,
    search,
    verification_request_acts,
    verification_requests,
)

app_name = "wiki"

browsing = [
    path("", browse.index, name="index"),
    path("category/<slug:slug>/", browse.category, name="category"),
    path("question/<slug:slug>/", browse.question, name="question"),
]

question_pages = [
    path("questions/new/", questions.question_new, name="question_new"),
    path("question/<slug:slug>/edit/", questions.question_edit, name="question_edit"),
    path("question/<slug:slug>/next/", next_questions.question_next, name="question_next"),
    path("question/<slug:slug>/archive/", questions.question_archive, name="question_archive"),
]

answer_pages = [
    path("question/<slug:slug>/answer/", answers.answer_new, name="answer_new"),
    path("answers/<int:pk>/", answers.answer, name="answer"),
    path("answers/<int:pk>/edit/", answers.answer_edit, name="answer_edit"),
    path("answers/<int:pk>/publish/", publications.answer_publish, name="answer_publish"),
    path("answers/<int:pk>/withdraw/", publications.answer_withdraw, name="answer_withdraw"),
    path("answers/<int:pk>/verify/", publications.answer_verify, name="answer_verify"),
    path("answers/<int:pk>/keeping/", keeping.answer_keeping, name="answer_keeping"),
    path("answers/<int:pk>/archive/", keeping.answer_archive, name="answer_archive"),
    path("answers/<int:pk>/challenge/", challenges.answer_challenge, name="answer_challenge"),
    path("challenges/<int:pk>/resolve/", challenges.challenge_resolve, name="challenge_resolve"),
]

revision_pages = [
    path("answers/<int:pk>/history/", revisions.answer_history, name="answer_history"),
    path("answers/<int:pk>/compare/", revisions.answer_compare, name="answer_compare"),
    path("answers/<int:pk>/revisions/<int:number>/", revisions.revision, name="revision"),
    path(
        "answers/<int:pk>/revisions/<int:number>/restore/",
        revisions.revision_restore,
        name="revision_restore",
    ),
]

rules = [
    path("scopes/", scopes.scopes, name="scopes"),
    path("scopes/new/", scopes.scope_new, name="scope_new"),
    path("scopes/<int:pk>/", scopes.scope_edit, name="scope_edit"),
    path("categories/", categories.categories, name="categories"),
    path("categories/<slug:slug>/", categories.category_edit, name="category_edit"),
]

figure_pages = [
    path("figures/", figures.figures, name="figures"),
    path("figures/new/", figures.figure_new, name="figure_new"),
    path("figure/<slug:slug>/", figures.figure, name="figure"),
    path("figure/<slug:slug>/edit/", figures.figure_edit, name="figure_edit"),
    path("figure/<slug:slug>/archive/", figures.figure_archive, name="figure_archive"),
    path("figure/<slug:slug>/value/", figure_values.figure_value_new, name="figure_value_new"),
    path(
        "figure/<slug:slug>/values/<int:pk>/correct/",
        figure_values.figure_value_correct,
        name="figure_value_correct",
    ),
]

editor = [
    path("preview/", images.preview, name="preview"),
    path("images/upload/", images.image_upload, name="image_upload"),
    path("images/<int:pk>/", images.image, name="image"),
]

searching = [
    path("search/", search.search, name="search"),
]

reviewing = [
    path("review/", review.review, name="review"),
    path("review/verify/", review_acts.review_verify, name="review_verify"),
    path("review/reassign/", review_acts.review_reassign, name="review_reassign"),
    path("digests/", pauses.digest_pause, name="digest_pause"),
    path("digests/resume/", pauses.digest_resume, name="digest_resume"),
    path("ready/", ready.ready, name="ready"),
    path("ready/assign/", ready.ready_assign, name="ready_assign"),
]

requests = [
    path("review/requests/", verification_requests.verification_requests, name="verification_requests"),
    path(
        "review/requests/choose/",
        verification_request_acts.verification_request_choose,
        name="verification_request_choose",
    ),
    path(
        "review/requests/new/",
        verification_request_acts.verification_request_new,
        name="verification_request_new",
    ),
    path(
        "review/requests/<int:pk>/",
        verification_requests.verification_request,
        name="verification_request",
    ),
    path(
        "review/requests/<int:pk>/add/",
        verification_request_acts.verification_request_add,
        name="verification_request_add",
    ),
    path(
        "review/requests/<int:pk>/withdraw/",
        verification_request_acts.verification_request_withdraw,
        name="verification_request_withdraw",
    ),
    path(
        "review/requests/<int:pk>/close/",
        verification_request_acts.verification_request_close,
        name="verification_request_close",
    ),
]

urlpatterns = [
    *browsing,
    *question_pages,
    *answer_pages,
    *revision_pages,
    *rules,
    *figure_pages,
    *editor,
    *searching,
    *reviewing,
    *requests,
]
