"""Addresses of the pages about people."""

from django.urls import path

from accounts.views import invitations, outbox, outbox_hold, people, profile, settings

app_name = "accounts"

people_pages = [
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.person_invite, name="person_invite"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("profile/", profile.profile, name="profile"),
    path("settings/", settings.settings, name="settings"),
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
    path("outbox/<int:pk>/release/", outbox_hold.mail_release, name="mail_release"),
    path("outbox/<int:pk>/drop/", outbox_hold.mail_drop, name="mail_drop"),
    path("outbox/held/", outbox_hold.outbox_hold, name="outbox_hold"),
    path("outbox/held/release/", outbox_hold.outbox_release, name="outbox_release"),
    path("outbox/held/drop/", outbox_hold.outbox_drop, name="outbox_drop"),
]

urlpatterns = [*people_pages, *invitation_pages, *outbox_pages]
