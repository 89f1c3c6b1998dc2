"""Forms follow the GOV.UK pattern: label, hint, error, control, and a summary that links to them."""

from django import forms
from django.template.loader import render_to_string


class ExampleForm(forms.Form):
    title = forms.CharField(label="Title", help_text="A few words.")
    delivery = forms.ChoiceField(label="Delivery", choices=[("a", "As written")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    major = forms.BooleanField(label="Major", required=False)


def test_hint_and_error_describe_the_control():
    html = str(ExampleForm({})["title"].as_field_group())
    assert '<label for="id_title">Title</label>' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_radios_stand_in_a_fieldset_with_a_legend():
    html = str(ExampleForm()["delivery"].as_field_group())
    assert "<legend>Delivery</legend>" in html
    assert '<label for="id_delivery_0">As written</label>' in html


def test_only_optional_fields_say_so_and_checkboxes_never_do():
    html = str(ExampleForm())
    assert html.count("(optional)") == 1


def test_summary_links_to_each_field_in_error():
    html = str(ExampleForm({}))
    assert 'class="error-summary" role="alert" tabindex="-1"' in html
    assert '<a href="#id_title">' in html
    assert '<a href="#id_delivery_0">' in html


def test_summary_is_absent_without_errors():
    assert "error-summary" not in str(ExampleForm())


def test_typed_text_is_escaped():
    form = ExampleForm({"title": "", "note": "<b>"})
    assert "<b>" not in str(form)


def test_freshness_says_a_word_for_every_state():
    words = {"fresh": "Fresh", "due_soon": "Due soon", "stale": "Stale", "never_verified": "Never verified"}
    for state, word in words.items():
        html = render_to_string(
            "includes/freshness.html", {"state": state, "challenged": True, "orphan": True}
        )
        assert word in html
        assert "Challenged" in html
        assert "Orphan" in html
