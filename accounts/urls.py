"""Addresses of the pages about people."""

from django.urls import path

from accounts.views import invitations, outbox, people, profile

app_name = "accounts"

people_pages = [
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.person_invite, name="person_invite"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("profile/", profile.profile, name="profile"),
]

invitation_pages = [
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/revoke/", invitations.invitation_revoke, name="invitation_revoke"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]

outbox_pages = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="mail"),
    path("outbox/<int:pk>/html/", outbox.mail_html, name="mail_html"),
    path("outbox/<int:pk>/attachments/<int:index>/", outbox.mail_attachment, name="mail_attachment"),
    path("outbox/<int:pk>/send-again/", outbox.mail_send_again, name="mail_send_again"),
]

urlpatterns = [*people_pages, *invitation_pages, *outbox_pages]
