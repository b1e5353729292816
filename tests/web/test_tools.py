"""Each email tool's merge tag, beside what the tool's documents show."""

from __future__ import annotations

import re
from datetime import date

import pytest

from livecontent.errors import ConfigError
from livecontent.web.email_tools import load_tools

TOOLS = load_tools()

# Written by hand from the documents that stand beside each, not from the data of the package.
FORMS = {
    "activecampaign": r"%[A-Z0-9_]+%",  # %FIRSTNAME%
    "adobe-campaign": r"<%=\s*escapeUrl\(recipient\.\w+\)\s*%>",  # <%=escapeUrl(recipient.lastName)%>
    "adobe-journey-optimizer": r"\{\{profile\.[\w.]+\}\}",  # {{profile.person.name.firstName}}; no spaces in addresses
    "braze": r"\{\{custom_attribute\.\$\{[^}]+\}\}\}",  # {{custom_attribute.${attribute_name}}}
    "brevo": r"\{\{ ?contact\.[A-Z0-9_]+ ?\}\}",  # {{ contact.FIRSTNAME }}, {{...}}
    "campaign-monitor": r"\[\w+,fallback=\]",  # [Dateofbirth,fallback=]
    "copernica": r"\{\$profile\.\w+\}",  # {$profile.firstname}
    "customer-io": r"\{\{ ?customer\.\w+ ?\}\}",  # {{customer.<attribute_name>}}
    "dotdigital": r"@[A-Z0-9_]+@",  # @FIRSTNAME@
    "emarsys": r"\{\{ ?contact\.\d+ ?\}\}",  # {{ contact.X }}, X the field's number
    "getresponse": r"\[\[\w+\]\]",  # [[email]]
    "hubspot": r"\{\{ ?contact\.[a-z]\w* ?\}\}",  # {{ contact.firstname }}
    "iterable": r"\{\{[A-Za-z_]\w*\}\}",  # {{firstName}}
    "kit": r"\{\{ ?subscriber\.\w+ ?\}\}",  # {{ subscriber.company }}
    "klaviyo": r"\{\{ ?person\|lookup:'[^']+' ?\}\}",  # {{ person|lookup:'Favorite Color' }}
    "listmonk": r"\{\{ ?\.Subscriber\.Attribs\.\w+ ?\}\}",  # {{ .Subscriber.Attribs.city }}
    "mailchimp": r"\*\|[A-Z0-9_]{1,10}\|\*",  # *|FNAME|*
    "mailerlite": r"\{\$[a-z]\w*\}",  # {$email}
    "mailgun": r"%recipient\.\w+%",  # %recipient.yourkey%
    "mailjet": r'\{\{data:\w+:""\}\}',  # {{data:firstname:""}}
    "marketo": r"\{\{lead\.[A-Za-z]\w*\}\}",  # {{lead.anonymousIP}}
    "mautic": r"\{contactfield=[a-z0-9_]+\}",  # {contactfield=firstname}
    "moengage": r"\{\{UserAttribute\['[^']+'\]\}\}",  # {{UserAttribute['First Name']}}
    "omnisend": r"\[\[contact\.custom_properties\.\w+\]\]",  # [[contact.first_name]]
    "onesignal": r"\{\{ ?\w+ ?\}\}",  # {{ first_name }}
    "salesforce": r"%%[A-Za-z]\w*%%",  # %%FirstName%%
    "sendgrid": r"\{\{[A-Za-z_]\w*\}\}",  # {{custom_field}}
}
OWN = {"emarsys": "4711", "adobe-journey-optimizer": "_shop.liveref"}  # which have no field of the usual name


def field_of(key: str) -> str:
    return OWN.get(key, "liveref")


@pytest.mark.parametrize("key", sorted(TOOLS))
def test_the_merge_tag_is_what_the_documents_show(key: str) -> None:
    assert re.fullmatch(FORMS[key], TOOLS[key].tag_of(field_of(key)))


@pytest.mark.parametrize("key", sorted(TOOLS))
def test_the_field_stands_in_the_tag(key: str) -> None:
    assert field_of(key).lower() in TOOLS[key].tag_of(field_of(key)).lower()
    assert "FIELD" not in TOOLS[key].tag_of(field_of(key))


@pytest.mark.parametrize("key", sorted(TOOLS))
def test_a_tool_says_where_its_form_is_from_and_what_its_fields_are_called(key: str) -> None:
    tool = TOOLS[key]
    assert tool.source
    assert tool.source.startswith("https://") or not tool.checked
    assert date(2026, 1, 1) <= tool.date
    assert tool.rule


def test_there_are_tools_enough_and_none_unknown_to_the_tests() -> None:
    assert TOOLS.keys() == FORMS.keys()
    assert len(TOOLS) >= 18


@pytest.mark.parametrize(
    ("key", "field", "tag"),
    [
        ("mailchimp", "liveRef", "*|LIVEREF|*"),
        ("mailchimp", "a_ref_of10", "*|A_REF_OF10|*"),
        ("mautic", "LiveRef", "{contactfield=liveref}"),
        ("iterable", "liveRef", "{{liveRef}}"),
        ("braze", "live ref", "{{custom_attribute.${live ref}}}"),
    ],
)
def test_a_field_is_written_in_the_case_of_the_tool(key: str, field: str, tag: str) -> None:
    assert TOOLS[key].tag_of(field) == tag


@pytest.mark.parametrize(
    ("key", "field", "word"),
    [
        ("mailchimp", "recipient_ref", "at most 10"),
        ("mailchimp", "live-ref", "letters"),
        ("emarsys", "liveref", "number"),
        ("adobe-journey-optimizer", "liveref", "_shop.liveref"),
        ("salesforce", "1ref", "letter"),
        ("klaviyo", "it's", "letters"),
        *((key, bad, "--field") for key in sorted(TOOLS) for bad in ("", "a}", 'a"', "a>b", "a/b", "réf")),
    ],
)
def test_a_field_that_a_tool_cannot_have_is_an_error_that_says_what_it_can(key: str, field: str, word: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(word)):
        TOOLS[key].tag_of(field)
