"""What a template made of a role, an assignment or the whole register is given."""

from __future__ import annotations

from functools import cached_property

from jinja2 import TemplateRuntimeError

from remit.model.records import BY_KIND, Assignment, Record, Role
from remit.model.register import address_of
from remit.model.site_files import WHOLE
from remit.render.document_values import Piece, Values
from remit.render.follow_up import FollowUpParts, follow_up_parts
from remit.render.handbook import Handbook, handbook
from remit.render.overview_documents import colophon, register_sources, role_sources
from remit.render.role_card import RoleCardParts, role_card_parts


class RoleValues(Values):
    """What a template made of a role is given."""

    _record: Role

    @cached_property
    def _parts(self) -> RoleCardParts:
        return role_card_parts(self._view, self._record)

    @property
    def role(self) -> Role:
        """The role's fields, as in its file."""
        return self._record

    @property
    def title(self) -> Piece:
        """The role's name on the document's day."""
        return self._inlines(self._view.name_inlines(self._record))

    @property
    def notices(self) -> Piece:
        """That the role has ended, or is still to begin; nothing for most."""
        return self._pieces(self._parts.notices)

    @property
    def danger(self) -> Piece:
        """The emergency number, where the register holds one for the role's country."""
        return self._pieces(self._parts.danger)

    @property
    def summary(self) -> Piece:
        """What the role is for."""
        return self._pieces(self._parts.summary)

    @property
    def contacts(self) -> Piece:
        """The table of whom to contact, or whom to ask where there is no number."""
        return self._pieces(self._parts.contacts)

    @property
    def does(self) -> Piece:
        """The list of what it does."""
        return self._pieces(self._parts.does)

    @property
    def does_not(self) -> Piece:
        """The list of what it does not do, and who does."""
        return self._pieces(self._parts.does_not)

    @property
    def facts(self) -> Piece:
        """The table of who may turn to it, where it sits, whom it reports to and earlier names."""
        return self._pieces(self._parts.facts)

    @property
    def more(self) -> Piece:
        """How much was left out so that all fits one page; nothing when all fits."""
        return self._pieces(self._parts.more)

    @property
    def colophon(self) -> Piece:
        """The day, the page's address with its QR code, and the fingerprint of the sources."""
        sources = role_sources(self._view, self._record)
        return self._pieces(colophon(self._view, address_of(self._record), sources))


class AssignmentValues(Values):
    """What a template made of an assignment is given."""

    _record: Assignment

    @property
    def assignment(self) -> Assignment:
        """The assignment's fields, as in its file."""
        return self._record

    @property
    def title(self) -> Piece:
        """The assignment's name."""
        return self._inlines(self._view.name_inlines(self._record))

    @property
    def colophon(self) -> Piece:
        """The day, the page's address with its QR code, and the fingerprint of the source."""
        return self._pieces(colophon(self._view, address_of(self._record), [self._record]))


class RegisterValues(Values):
    """What a template made of the whole register is given."""

    @cached_property
    def _handbook(self) -> Handbook:
        return handbook(self._view)

    @cached_property
    def _follow_up(self) -> FollowUpParts:
        return follow_up_parts(self._view)

    @property
    def today(self) -> str:
        """The day that the document is true for, in words."""
        return self._labels.day(self._view.day)

    @property
    def site_name(self) -> str:
        """What the register is called."""
        return self._view.settings.site_name[self._view.language]

    def records(self, kind: str) -> list[Record]:
        """The records of a kind that exist on the document's day, by name: `records("role")`."""
        if kind not in BY_KIND:
            raise TemplateRuntimeError(f"there is no kind of record '{kind}'")
        view = self._view
        found = view.as_of.living(BY_KIND[kind])
        return sorted(found, key=lambda one: (view.labels.sort_key(view.name(one)), one.id))

    @property
    def chapters(self) -> Piece:
        """A chapter for each kind of record, with numbered headings."""
        return self._pieces(self._handbook.chapters)

    @property
    def index(self) -> Piece:
        """The index of roles and terms. It refers to the chapters, so they must be printed too."""
        return self._pieces(self._handbook.index)

    @property
    def follow_up(self) -> Piece:
        """How much the assignments ordered, and how much of it is overdue."""
        return self._pieces(self._follow_up.summary)

    @property
    def overdue(self) -> Piece:
        """The list of what is overdue; nothing when nothing is."""
        return self._pieces(self._follow_up.overdue)

    @property
    def deliveries(self) -> Piece:
        """A heading and a table for each country: all that was ordered, and how it stands."""
        return self._pieces(self._follow_up.tables)

    @property
    def colophon(self) -> Piece:
        """The day, the register's address with its QR code, and the fingerprint of the sources."""
        return self._pieces(colophon(self._view, WHOLE, register_sources(self._view)))
