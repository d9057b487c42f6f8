"""The kinds of record, one class each: what a file in the register may hold.

A record is frozen and closed: unknown fields are refused. The sentence under each field is its
entry in the field reference (`docs/reference.md`).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import Field
from pydantic_core import PydanticCustomError, core_schema

from remit.model.partly_made import PartlyMade
from remit.model.values import (
    ALWAYS,
    AreaRef,
    AssignmentRef,
    AudienceRef,
    Caveat,
    Colour,
    DatedName,
    Day,
    DecisionRef,
    Drawing,
    DrawingFile,
    EndedRef,
    HolderRef,
    Id,
    LegalBasisRef,
    LivingContactRef,
    LivingHolderRef,
    LivingLegalBasisRef,
    LivingOrganisationRef,
    LivingPartyRef,
    LocalText,
    OrganisationRef,
    PageAddress,
    PartyRef,
    Period,
    PlaceAddress,
    RecipientRef,
    RelationSideRef,
    Review,
    RoleRef,
    Source,
    StrictBool,
    StrictInt,
    TaskRef,
    Translation,
    Value,
    WebAddress,
    When,
)


class Record(PartlyMade):
    """What every record has."""

    KIND: ClassVar[str]
    FOLDER: ClassVar[str]

    id: Id
    """The file's name without its ending. Small letters, digits and hyphens; never changed."""
    authoritative_language: str
    """The language whose text counts. The others are translations."""
    translations: dict[str, Translation] = Field(default_factory=dict)
    """How each translation stands. A language left out is a draft."""
    owner: OrganisationRef | None = None
    """The organisation that answers for the record being right."""
    sources: list[Source] = Field(default_factory=list)
    """Where the facts were found."""
    review: Review | None = None
    """When the record was last reviewed and how often it should be."""
    caveats: list[Caveat] = Field(default_factory=list)
    """What the record does not know, or could not confirm."""

    @property
    def life(self) -> Period:
        """The time in which the thing exists."""
        return ALWAYS

    def name_on(self, day: date) -> LocalText:
        """What it is, or was, called on `day`."""
        raise NotImplementedError

    def short_on(self, day: date) -> LocalText | None:
        """Its abbreviation on `day`, if it has one."""
        return None

    def names_ever(self) -> list[DatedName]:
        """Every name it has had, newest last."""
        return []

    def __hash__(self) -> int:
        return hash((self.KIND, self.id))


class NamedRecord(Record):
    """A record whose name does not change."""

    name: LocalText
    """What it is called."""

    def name_on(self, day: date) -> LocalText:
        return self.name


def place_on(periods: Sequence[Period], day: date) -> int:
    """Which of several names is the one on `day`: the last that holds; else the first to come,
    else the last of all. `periods`: when each holds, oldest first."""
    for place in range(len(periods) - 1, -1, -1):
        if periods[place].covers(day):
            return place
    later = [place for place, period in enumerate(periods) if period.first > day]
    return later[0] if later else len(periods) - 1


class RenamableRecord(Record):
    """A record whose name may change while it stays the same thing."""

    names: list[DatedName] = Field(min_length=1)
    """Its names over time, oldest first. Periods may not overlap."""

    def dated_name_on(self, day: date) -> DatedName:
        names = self.names
        if len(names) == 1:
            return names[0]
        return names[place_on([dated.period for dated in names], day)]

    def name_on(self, day: date) -> LocalText:
        return self.dated_name_on(day).name

    def short_on(self, day: date) -> LocalText | None:
        return self.dated_name_on(day).short

    def names_ever(self) -> list[DatedName]:
        return self.names


class Figure(Value):
    """A number that a source gives for a day, month or year."""

    what: LocalText
    """What is counted."""
    value: StrictInt
    """The number."""
    at: When
    """When it was so."""


# --- places and people ---------------------------------------------------------------------


class AreaLevel(StrEnum):
    COUNTRY = "country"
    COUNTY = "county"
    MUNICIPALITY = "municipality"


class Area(NamedRecord):
    """A country, county or municipality, by its official code."""

    KIND = "area"
    FOLDER = "areas"

    level: AreaLevel
    """country · county · municipality."""
    code: str
    """Official code: ISO 3166-1 for countries, the statistical code for the others."""
    within: AreaRef | None = None
    """The larger area it lies in."""
    period: Period = ALWAYS
    """When the area exists with this code."""

    @property
    def life(self) -> Period:
        return self.period


class AudienceKind(StrEnum):
    PROFESSION = "profession"
    SERVICE = "service"
    AFFECTED = "affected"


class Audience(NamedRecord):
    """A profession, a service or a group of people that texts and contacts are for."""

    KIND = "audience"
    FOLDER = "audiences"

    kind: AudienceKind
    """profession (a teacher) · service (a school) · affected (those concerned themselves)."""
    within: AudienceRef | None = None
    """The service in which the profession works."""
    country: AreaRef | None = None
    """The country where it is found. Left out: both."""
    words: dict[str, list[str]] = Field(default_factory=dict)
    """The words they use themselves, a list per language; found by the search."""
    summary: LocalText | None = None
    """One or two sentences: who they are and where they meet the matter."""


class OrganisationKind(StrEnum):
    GOVERNMENT = "government"
    MINISTRY = "ministry"
    DIRECTORATE = "directorate"
    AUTHORITY = "authority"
    COUNTY_AUTHORITY = "county-authority"
    COUNTY_ADMINISTRATIVE_BOARD = "county-administrative-board"
    MUNICIPALITY = "municipality"
    POLICE = "police"
    PROSECUTION = "prosecution"
    SCHOOL_SECTOR = "school-sector"
    HEALTH = "health"
    CHILD_WELFARE = "child-welfare"
    LABOUR_AND_WELFARE = "labour-and-welfare"
    RECEPTION_CENTRE = "reception-centre"
    RESOURCE_CENTRE = "resource-centre"
    UNIVERSITY = "university"
    NGO = "ngo"
    ASSOCIATION = "association"
    NETWORK_BODY = "network-body"
    AUDIT = "audit"


class Letterhead(Value):
    """How the documents look that the body issues: its mark and its colours."""

    logo: DrawingFile | None = None
    """The mark: the name of an SVG file that lies beside this record, such as udi.svg."""
    logo_alt: LocalText | None = None
    """What the mark shows, in words, for those who do not see it."""
    logo_height: StrictInt = Field(default=16, ge=6, le=30)
    """Its height on paper in millimetres; a wide mark is made lower, so that the name has room."""
    logo_side: Literal["left", "right"] = "left"
    """left: before the name · right: after it, at the margin."""
    ink: Colour = "#1f2a3c"
    """Colour of titles and headings and of the lines of tables, in quotes."""
    accent: Colour = "#1f2a3c"
    """Colour of the rule below the letterhead, in quotes."""
    drawing: Drawing | None = None
    """What is in the file that `logo` names."""


class Organisation(RenamableRecord):
    """A body: a ministry, a directorate, a county authority, an organisation."""

    KIND = "organisation"
    FOLDER = "organisations"

    kind: OrganisationKind
    """What kind of body it is."""
    country: AreaRef
    """The country it belongs to."""
    parent: OrganisationRef | None = None
    """The body it is under."""
    collective: StrictBool = False
    """true: stands for all bodies of one sort, such as the county authorities."""
    area: AreaRef | None = None
    """The area it covers, when it is not the whole country."""
    organisation_number: str | None = None
    """Number in the national register of organisations."""
    web: WebAddress | None = None
    """Its web address."""
    postal_address: str | None = None
    """Postal address on one line, parts divided by commas."""
    phone: str | None = None
    """Switchboard, as written for readers at home."""
    email: str | None = None
    """Official e-mail address."""
    summary: LocalText
    """One or two sentences: what the body does in this field."""
    letterhead: Letterhead | None = None
    """How documents look that it issues. Left out: plain, without a mark."""
    period: Period = ALWAYS
    """When the body existed."""

    @property
    def life(self) -> Period:
        return self.period


class Office(NamedRecord):
    """A place where an organisation works."""

    KIND = "office"
    FOLDER = "offices"

    organisation: LivingOrganisationRef
    """Whose office it is."""
    place: LocalText
    """Town."""
    area: AreaRef
    """County it lies in."""
    address: str | None = None
    """Street address."""
    functions: list[LocalText] = Field(default_factory=list)
    """What the office is for, such as headquarters or regional office."""
    staffing: LocalText | None = None
    """What is known of its positions."""
    period: Period = ALWAYS
    """When the office is open, from opening to closing."""
    opened_by: DecisionRef | None = None
    """The decision that opened it."""
    closed_by: DecisionRef | None = None
    """The decision that closes it."""
    summary: LocalText
    """One or two sentences: what the office was for and what became of it."""

    @property
    def life(self) -> Period:
        return self.period


class Boundary(Value):
    """What someone does not do, and where to turn instead."""

    text: LocalText
    """What is not done."""
    refers_to: list[LivingPartyRef] = Field(default_factory=list)
    """Who does it."""


class Part(StrEnum):
    COORDINATOR = "coordinator"
    MEMBER = "member"
    CONTACT = "contact"
    INVITED = "invited"


class Membership(Value):
    """A body's or a role's part in a team or a network."""

    member: LivingHolderRef
    """Who takes part."""
    part: Part = Part.MEMBER
    """coordinator · member · contact · invited."""
    period: Period = ALWAYS
    """When it took part."""
    note: LocalText | None = None
    """How it takes part, when that wants a word."""


class Line(StrEnum):
    FIRST = "first-line"
    SECOND = "second-line"
    NATIONAL = "national"


class RoleKind(StrEnum):
    POST = "post"
    TEAM = "team"
    SERVICE = "service"
    CENTRE = "centre"


class RoleReporting(Value):
    """Whom a role reports to."""

    to: LivingHolderRef
    """Who receives the report, or leads."""
    text: LocalText
    """What is reported, or how it is led."""


class Role(RenamableRecord):
    """A post, a team or a service: who does the work. Never a named person."""

    KIND = "role"
    FOLDER = "roles"

    kind: RoleKind
    """post · team · service · centre."""
    holder: LivingOrganisationRef
    """The organisation where it sits and is led."""
    line: Line
    """first-line (meets people) · second-line (advises those who do) · national."""
    serves: list[AudienceRef] = Field(default_factory=list)
    """Who may turn to it."""
    area: AreaRef | None = None
    """The area it works in."""
    members: list[Membership] = Field(default_factory=list)
    """For a team: which bodies it is made of."""
    summary: LocalText
    """What it is for, in one or two sentences to a reader who may need it."""
    does: list[LocalText] = Field(default_factory=list)
    """What it does for you, one sentence each."""
    does_not: list[Boundary] = Field(default_factory=list)
    """What it does not do, and who does."""
    reports_to: list[RoleReporting] = Field(default_factory=list)
    """Whom it reports to. Given here where no mandate says it."""
    figures: list[Figure] = Field(default_factory=list)
    """Numbers of positions, cases and the like, each with its date."""
    succeeded_by: list[PartyRef] = Field(default_factory=list)
    """Who to turn to after it ended."""
    period: Period = ALWAYS
    """When the role exists."""

    @property
    def life(self) -> Period:
        return self.period


# --- mandates ------------------------------------------------------------------------------


class DocumentKind(StrEnum):
    CIRCULAR = "circular"
    INTERNAL_MESSAGE = "internal-message"
    PRACTICE_NOTE = "practice-note"
    MANDATE = "mandate"
    GOVERNMENT_ASSIGNMENT = "government-assignment"
    ORDINANCE = "ordinance"


class Access(StrEnum):
    PUBLIC = "public"
    EXEMPT = "exempt"


class SectionKind(StrEnum):
    INTRODUCTION = "introduction"
    ANCHORING = "anchoring"
    PURPOSE = "purpose"
    DEFINITIONS = "definitions"
    TARGET_GROUP = "target-group"
    SUBJECT_MATTER = "subject-matter"
    TASKS = "tasks"
    COOPERATION = "cooperation"
    ROLE_DIVISION = "role-division"
    ORGANISATION = "organisation"
    REPORTING = "reporting"
    FINANCING = "financing"
    REVIEW = "review"
    OTHER = "other"


class Mandate(NamedRecord):
    """A mandate's identity: what stays the same through all its versions."""

    KIND = "mandate"
    FOLDER = "mandates"

    document_id: str | None = None
    """The issuing body's own id of the document, such as IM 2013-005V2."""
    annex_of: str | None = None
    """Document id of the document that it is an annex to."""
    document_kind: DocumentKind
    """What kind of document it is in the issuing body's system."""
    holders: list[RoleRef] = Field(min_length=1)
    """The role or roles that the mandate is for."""
    issued_by: list[OrganisationRef] = Field(min_length=1)
    """The body or bodies that issue it."""
    recipients: list[RecipientRef] = Field(default_factory=list)
    """Who it is addressed to."""
    access: Access = Access.PUBLIC
    """public · exempt from public access."""
    ordered_by: list[AssignmentRef] = Field(default_factory=list)
    """The assignments that ordered it. What they require of a mandate is checked."""
    summary: LocalText
    """One or two sentences: what the mandate settles."""


class Status(StrEnum):
    DRAFT = "draft"
    HEARING = "hearing"
    ADOPTED = "adopted"
    UNDER_REVISION = "under-revision"
    REPEALED = "repealed"
    WITHDRAWN = "withdrawn"

    @property
    def takes_force(self) -> bool:
        """Whether a version of this status is, was or will be in force."""
        return self not in (Status.DRAFT, Status.HEARING, Status.WITHDRAWN)


class ChangeKind(StrEnum):
    NEW = "new"
    SUBSTANTIVE = "substantive"
    EDITORIAL = "editorial"


class Approval(Value):
    """Who approved a version, and what kind of change it was."""

    by: HolderRef | None = None
    """The body or role that approved it. Left out: not known."""
    date: When | None = None
    """When it was approved."""
    change: ChangeKind
    """new · substantive · editorial."""
    note: LocalText | None = None
    """What changed and why."""


class Paragraph(Value):
    """A paragraph of running text."""

    kind: Literal["paragraph"]
    id: Id
    """Permanent id, unique in the version. Never used again for something else."""
    text: LocalText
    """The text."""


class Item(Value):
    """An item of a list."""

    kind: Literal["item"]
    id: Id
    """Permanent id, unique in the version."""
    text: LocalText
    """The text."""


class TaskBlock(Value):
    """A task that the mandate gives."""

    kind: Literal["task"]
    id: Id
    """Permanent id, unique in the version."""
    text: LocalText
    """What is to be done."""
    who: list[LivingHolderRef] = Field(default_factory=list)
    """Who does it. Left out: the mandate's holders."""
    audiences: list[AudienceRef] = Field(default_factory=list)
    """For whom it is done."""
    with_: list[LivingPartyRef] = Field(default_factory=list, alias="with")
    """With whom it is done."""
    task: TaskRef | None = None
    """The task in the register that this gives, so that it can be followed when it moves."""


class BoundaryBlock(Value):
    """What the holder does not do, and where it refers people."""

    kind: Literal["boundary"]
    id: Id
    """Permanent id, unique in the version."""
    text: LocalText
    """What is not done, and what happens instead."""
    refers_to: list[LivingPartyRef] = Field(default_factory=list)
    """Who it refers to."""


class CooperationBlock(Value):
    """A body or role that the mandate says to work with."""

    kind: Literal["cooperation"]
    id: Id
    """Permanent id, unique in the version."""
    with_: LivingPartyRef = Field(alias="with")
    """With whom."""
    text: LocalText
    """How, and what about."""
    mutual: StrictBool = False
    """true: the other side's mandate is to name this one too."""


class ReportingBlock(Value):
    """A line of reporting or management."""

    kind: Literal["reporting"]
    id: Id
    """Permanent id, unique in the version."""
    to: LivingHolderRef
    """Who receives it."""
    text: LocalText
    """What is reported."""
    how_often: LocalText | None = None
    """How often."""


class DefinitionBlock(Value):
    """A word and what it means in the mandate."""

    kind: Literal["definition"]
    id: Id
    """Permanent id, unique in the version."""
    term: LocalText
    """The word."""
    text: LocalText
    """What it means here."""


Block = Annotated[
    Paragraph
    | Item
    | TaskBlock
    | BoundaryBlock
    | CooperationBlock
    | ReportingBlock
    | DefinitionBlock,
    Field(discriminator="kind"),
]


class Section(Value):
    """A headed part of a mandate."""

    id: Id
    """Permanent id, unique in the version."""
    kind: SectionKind
    """What the section is about; an assignment can require kinds."""
    heading: LocalText
    """The heading, without its number."""
    blocks: list[Block] = Field(default_factory=list)
    """The section's text, block by block."""


class Tombstone(Value):
    """The id of a section or block that was repealed, so that it is never used again."""

    id: Id
    """The repealed id."""
    since: Day
    """The day it was repealed."""
    note: LocalText | None = None
    """Why, or where the text went."""


class CitedBasis(Value):
    """A legal basis and what is cited of it."""

    basis: LegalBasisRef
    """The law, plan or decision."""
    cited: str | None = None
    """The paragraph or chapter cited."""


class MandateVersion(Record):
    """What a mandate said from one day: a file in the mandate's folder, named by that day."""

    KIND = "mandate-version"
    FOLDER = "mandates"

    id: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The day it took force, `YYYY-MM-DD`: the file's name without its ending."""
    title: LocalText
    """The document's title."""
    document_date: Day | None = None
    """The date the document bears."""
    last_changed: Day | None = None
    """The day its text was last changed in place."""
    case_numbers: list[str] = Field(default_factory=list)
    """Case numbers in the archive, newest first."""
    in_force: Period
    """From the day it takes force to its last day. Versions may not overlap."""
    status: Status
    """draft · hearing · adopted · under-revision · repealed · withdrawn."""
    withdrawn: When | None = None
    """When a draft or a hearing was withdrawn. Only with `status: withdrawn`."""
    approval: Approval | None = None
    """Who approved it, and what changed."""
    legal_bases: list[CitedBasis] = Field(default_factory=list)
    """The law, plans and decisions that it rests on."""
    sections: list[Section] = Field(min_length=1)
    """The text."""
    tombstones: list[Tombstone] = Field(default_factory=list)
    """Ids of earlier versions that are no longer in use."""
    mandate: str = ""
    """Set by the folder that the file is in; not written."""

    MOST_WHOLE = 200
    """These take some 20 MB."""

    @classmethod
    def made_first(cls) -> Set[str]:
        """All but the sections, which are ten times as large as the rest."""
        return cls.model_fields.keys() - {"sections"}

    @property
    def life(self) -> Period:
        return self.in_force

    def name_on(self, day: date) -> LocalText:
        return self.title

    def __hash__(self) -> int:
        return hash((self.mandate, self.id))


# --- law, assignments, transfers -----------------------------------------------------------


class LegalBasisKind(StrEnum):
    LAW = "law"
    ORDINANCE = "ordinance"
    ACTION_PLAN = "action-plan"
    STRATEGY = "strategy"
    GOVERNMENT_DECISION = "government-decision"
    WHITE_PAPER = "white-paper"
    BUDGET = "budget"
    CIRCULAR = "circular"


class Provision(Value):
    """A paragraph or chapter, restated."""

    number: str
    """Such as § 196 or chapter 3."""
    text: LocalText
    """What it says, in plain words."""


class LegalBasis(NamedRecord):
    """A law, ordinance, action plan, decision or white paper that others rest on."""

    KIND = "legal-basis"
    FOLDER = "legal-bases"

    kind: LegalBasisKind
    """law · ordinance · action-plan · strategy · government-decision · white-paper · …"""
    country: AreaRef
    """The country where it holds."""
    number: str | None = None
    """Its number, such as 2022:1345."""
    date: When | None = None
    """When it was given."""
    issued_by: OrganisationRef | None = None
    """Who gave it."""
    url: WebAddress | None = None
    """ELI or web address."""
    provisions: list[Provision] = Field(default_factory=list)
    """The paragraphs that matter here."""
    summary: LocalText
    """One or two sentences: what it settles in this field."""
    period: Period = ALWAYS
    """When it is, or was, in force."""

    @property
    def life(self) -> Period:
        return self.period


class Letter(Value):
    """The letter that an assignment came in."""

    title: LocalText
    """Its title."""
    number: str | None = None
    """Case or diary number."""
    supplement: StrictInt | None = None
    """Number of the supplement to an allocation letter."""
    date: When | None = None
    """Its date."""
    sender: OrganisationRef
    """Who sent it."""
    receivers: list[OrganisationRef] = Field(min_length=1)
    """Who received it."""
    copies: list[OrganisationRef] = Field(default_factory=list)
    """Who got a copy."""


class AssignmentPart(Value):
    """A part of an assignment."""

    id: Id
    """Id, unique in the assignment."""
    text: LocalText
    """What is to be done or settled."""


class Deliverable(Value):
    """Something to be handed in."""

    id: Id
    """Id, unique in the assignment."""
    text: LocalText
    """What is to be handed in."""
    to: OrganisationRef | None = None
    """To whom."""
    due: When | None = None
    """When."""
    delivered: When | None = None
    """When it was delivered, if that is known."""


class Extension(Value):
    """A later end of an assignment, or its renewal."""

    until: When
    """The new last day."""
    number: str | None = None
    """Diary number of the decision."""
    date: When | None = None
    """When it was decided."""
    note: LocalText | None = None
    """What was decided."""


class AssignmentState(StrEnum):
    ORDERED = "ordered"
    UNDER_WAY = "under-way"
    REPORTED = "reported"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Assignment(NamedRecord):
    """A task that a ministry or government orders: in a letter, with parts and deadlines."""

    KIND = "assignment"
    FOLDER = "assignments"

    number: str | None = None
    """The assignment's number in its letter, such as 021."""
    country: AreaRef
    """The country it belongs to."""
    letter: Letter
    """The letter or decision it came in."""
    purpose: LocalText
    """What it is to lead to."""
    parts: list[AssignmentPart] = Field(default_factory=list)
    """Its parts."""
    conditions: list[AssignmentPart] = Field(default_factory=list)
    """Other guidance on how it is to be done."""
    deliverables: list[Deliverable] = Field(default_factory=list)
    """What is to be handed in."""
    leads: list[OrganisationRef] = Field(min_length=1)
    """Who leads."""
    contributes: list[PartyRef] = Field(default_factory=list)
    """Who takes part."""
    consults: list[OrganisationRef] = Field(default_factory=list)
    """Who is to be asked."""
    start: When | None = None
    """When it starts."""
    deadline: When | None = None
    """When it is due."""
    extensions: list[Extension] = Field(default_factory=list)
    """Later ends, oldest first."""
    financing: LocalText | None = None
    """How it is paid for."""
    reporting: LocalText | None = None
    """How and when it is reported."""
    state: AssignmentState
    """ordered · under-way · reported · ended · unknown."""
    requires_sections: list[SectionKind] = Field(default_factory=list)
    """The kinds of section that a mandate ordered by it must have."""
    legal_bases: list[CitedBasis] = Field(default_factory=list)
    """What it rests on."""
    follows: list[AssignmentRef] = Field(default_factory=list)
    """The earlier assignments that it follows up."""
    amends: list[AssignmentRef] = Field(default_factory=list)
    """The earlier assignments that it changes."""
    extends: list[AssignmentRef] = Field(default_factory=list)
    """The earlier assignments that it prolongs."""
    summary: LocalText
    """One or two sentences: what was ordered."""


class Task(NamedRecord):
    """A responsibility that can be held, shared and moved."""

    KIND = "task"
    FOLDER = "tasks"

    country: AreaRef
    """The country it belongs to."""
    first_held_by: list[HolderRef] = Field(min_length=1)
    """Who held it first. Who holds it later follows from the transfers."""
    shared: StrictBool = False
    """true: several may hold it at once."""
    summary: LocalText
    """What the task is."""
    period: Period = ALWAYS
    """When the task exists."""

    @property
    def life(self) -> Period:
        return self.period


class Fund(Value):
    """Money that moves with a task."""

    id: Id
    """Id, unique in the transfer."""
    name: LocalText
    """The grant scheme or the resources."""


class Transfer(NamedRecord):
    """Tasks, responsibilities and funds that move from one body to others on a day."""

    KIND = "transfer"
    FOLDER = "transfers"

    date: Day
    """The first day on which the receivers have them."""
    from_: list[HolderRef] = Field(alias="from", min_length=1)
    """Who gives them up. They have them until the day before."""
    to: list[HolderRef] = Field(min_length=1)
    """Who receives them."""
    decided_by: DecisionRef | None = None
    """The decision behind it."""
    tasks: list[TaskRef] = Field(default_factory=list)
    """The tasks that move."""
    funds: list[Fund] = Field(default_factory=list)
    """The funds that move."""
    ends: list[EndedRef] = Field(default_factory=list)
    """The roles, offices and bodies that end by it."""
    stays: LocalText | None = None
    """What the giver keeps."""
    summary: LocalText
    """One or two sentences: what moved."""


# --- cooperation ---------------------------------------------------------------------------


class NetworkKind(StrEnum):
    AUTHORITIES = "authorities"
    COUNTY_BOARDS = "county-boards"
    NGOS = "ngos"
    TEAM = "team"
    PROFESSIONAL = "professional"


class NetworkLevel(StrEnum):
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"


class Network(RenamableRecord):
    """Bodies that meet regularly about the matter."""

    KIND = "network"
    FOLDER = "networks"

    kind: NetworkKind
    """authorities · county-boards · ngos · team · professional."""
    convener: LivingHolderRef
    """Who convenes it."""
    level: NetworkLevel
    """national · regional · local."""
    area: AreaRef
    """The area it covers."""
    purpose: LocalText
    """What it is for."""
    background: LocalText | None = None
    """How it came about."""
    members: list[Membership] = Field(default_factory=list)
    """Its members over time."""
    meets: LocalText | None = None
    """How often it meets."""
    legal_bases: list[CitedBasis] = Field(default_factory=list)
    """The plans and decisions behind it."""
    period: Period = ALWAYS
    """When the network exists."""

    @property
    def life(self) -> Period:
        return self.period


class PartnerBasis(StrEnum):
    NAMED = "named"
    CHOSEN = "chosen"


class Partner(NamedRecord):
    """A relation of cooperation between two sides outside a mandate's text."""

    KIND = "partner"
    FOLDER = "partners"

    between: RelationSideRef
    """The one side."""
    and_: RelationSideRef = Field(alias="and")
    """The other side."""
    about: LocalText
    """What they work together on."""
    reaches: list[AudienceRef] = Field(default_factory=list)
    """The professions reached through it."""
    basis: PartnerBasis
    """named: a law, letter or assignment names it · chosen: by their own choice."""
    mutual: StrictBool = True
    """false: only the first side says so."""
    period: Period = ALWAYS
    """When it holds."""

    @property
    def life(self) -> Period:
        return self.period


# --- contact -------------------------------------------------------------------------------


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ClockTime(time):
    """A time of day in 24 hours, `HH:MM`; `24:00` is the end of the day."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        def read(value: Any) -> time:
            if isinstance(value, time):
                return value
            if isinstance(value, str) and len(value) == 5 and value[2] == ":":
                if value == "24:00":
                    return time(23, 59, 59)
                try:
                    return time.fromisoformat(value)
                except ValueError:
                    pass
            raise PydanticCustomError("clock", "not a time of day")

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema()
        )


class Hours(Value):
    """Opening hours on some weekdays."""

    days: list[Weekday] = Field(min_length=1)
    """The weekdays."""
    opens: ClockTime
    """Opening time, local time at the contact, `HH:MM`."""
    closes: ClockTime
    """Closing time, `HH:MM`; `24:00` for the end of the day."""
    period: Period = ALWAYS
    """When these hours hold."""


class HoursException(Value):
    """Other hours on one date."""

    date: Day
    """The date."""
    opens: ClockTime | None = None
    """Opening time that day. Left out together with `closes`: closed all day."""
    closes: ClockTime | None = None
    """Closing time that day."""
    note: LocalText | None = None
    """Why, or what to do instead."""


class ContactFor(StrEnum):
    PROFESSIONALS = "professionals"
    AFFECTED = "affected"
    BOTH = "both"


class Contact(NamedRecord):
    """A way to reach someone: a phone, an e-mail address, with hours."""

    KIND = "contact"
    FOLDER = "contacts"

    of: LivingHolderRef
    """Whose contact point it is."""
    phone: str | None = None
    """Phone number as written at home, such as 478 090 50."""
    phone_international: str | None = None
    """The same with country code, digits only after the plus, such as +4747809050."""
    email: str | None = None
    """E-mail address."""
    web: WebAddress | None = None
    """Web page."""
    hours: list[Hours] = Field(default_factory=list)
    """Opening hours by weekday. Left out: not known."""
    always_open: StrictBool = False
    """true: answers at all hours."""
    exceptions: list[HoursException] = Field(default_factory=list)
    """Dates with other hours."""
    spoken: list[str] = Field(default_factory=list)
    """Languages spoken (codes). Left out: not known."""
    for_: ContactFor = Field(alias="for")
    """professionals · affected · both."""
    audiences: list[AudienceRef] = Field(default_factory=list)
    """The professions it is for. Left out: all."""
    area: AreaRef
    """The area it serves."""
    emergency: StrictBool = False
    """true: for immediate danger."""
    helps_with: LocalText
    """What you get help with."""
    leave_out: LocalText | None = None
    """What not to say or write, such as names."""
    verified: Day | None = None
    """The day someone last confirmed number and hours with the service. Left out: never."""
    period: Period = ALWAYS
    """When the contact point is in use."""

    @property
    def life(self) -> Period:
        return self.period


# --- duties --------------------------------------------------------------------------------


class DutyKind(StrEnum):
    ACT_NOW = "act-now"
    REPORT = "report"
    SEEK_ADVICE = "seek-advice"


class AgeGroup(StrEnum):
    UNDER_18 = "under-18"
    ADULT = "adult"


class Urgency(StrEnum):
    NOW = "now"
    SERIOUS = "serious"
    WORRY = "worry"


class Confidentiality(StrEnum):
    GIVES_WAY = "gives-way"
    MAY_TELL = "may-tell"
    HOLDS = "holds"


class BasisInForce(CitedBasis):
    """A legal basis that is in force for as long as what rests on it holds."""

    basis: LivingLegalBasisRef
    """The law that says so."""


class Duty(NamedRecord):
    """What someone must or may do when another is at risk, in one country."""

    KIND = "duty"
    FOLDER = "duties"

    kind: DutyKind
    """act-now · report · seek-advice."""
    must: StrictBool
    """true: the law orders it · false: it is allowed, or advised."""
    country: AreaRef
    """The country whose law and services it is about."""
    audiences: list[AudienceRef] = Field(default_factory=list)
    """The services and professions it is for. Left out: everyone."""
    not_for: list[AudienceRef] = Field(default_factory=list)
    """The services and professions that it is not for, as another duty goes further."""
    ages: list[AgeGroup] = Field(default_factory=list)
    """The age of the person at risk: under-18 · adult. Left out: any."""
    urgencies: list[Urgency] = Field(min_length=1)
    """now (danger to life or health) · serious (reason to believe in harm) · worry (unsure)."""
    threshold: LocalText
    """When it holds, in plain words."""
    steps: list[LocalText] = Field(min_length=1)
    """What to do, in order."""
    turns_to: list[LivingPartyRef] = Field(default_factory=list)
    """Whom to turn to."""
    contacts: list[LivingContactRef] = Field(default_factory=list)
    """The numbers to ring."""
    say: list[LocalText] = Field(default_factory=list)
    """What to tell them."""
    leave_out: list[LocalText] = Field(default_factory=list)
    """What not to tell them, or not to do."""
    confidentiality: Confidentiality | None = None
    """gives-way (the duty comes first) · may-tell (the law lets you) · holds (give no names).
    Left out: not known, or of no matter."""
    legal_bases: list[BasisInForce] = Field(default_factory=list)
    """The law it rests on."""
    order: StrictInt = 100
    """Place among duties of the same kind, small first."""
    summary: LocalText
    """One sentence: what it asks."""
    period: Period = ALWAYS
    """When it holds. A law that took force on a day gives it that first day."""

    @property
    def life(self) -> Period:
        return self.period

    def holds_for(self, age: AgeGroup, urgency: Urgency) -> bool:
        return urgency in self.urgencies and (not self.ages or age in self.ages)


# --- words and registration ----------------------------------------------------------------


class Category(Value):
    """A category under which cases are registered."""

    id: Id
    """Id, the same in every service that shares it."""
    shared: StrictBool
    """true: identical in all services of the scheme, and used for published numbers."""
    name: LocalText
    """Its name."""
    definition: LocalText
    """What counts under it."""


class CategorySet(NamedRecord):
    """The categories under which one service registers cases."""

    KIND = "category-set"
    FOLDER = "categories"

    scheme: Id
    """The scheme whose shared categories must be identical across services."""
    service: RoleRef
    """The service that registers."""
    categories: list[Category] = Field(min_length=1)
    """The categories."""
    counts_as_case: LocalText | None = None
    """When an enquiry counts as a case and is registered."""
    ordered_by: AssignmentRef | None = None
    """The assignment behind it."""
    period: Period = ALWAYS
    """When the set is in use."""
    summary: LocalText
    """One or two sentences on the set."""

    @property
    def life(self) -> Period:
        return self.period


class Definition(Value):
    """What a term meant in a period."""

    text: LocalText
    """The definition."""
    period: Period = ALWAYS
    """When it held."""
    source: str | None = None
    """Where it is from."""


class Term(NamedRecord):
    """A word of the field: the preferred word, other words, what it means."""

    KIND = "term"
    FOLDER = "terms"

    other_words: dict[str, list[str]] = Field(default_factory=dict)
    """Other and older words, a list per language; found by the search."""
    definitions: list[Definition] = Field(min_length=1)
    """What it means, oldest first."""
    see: list[WebAddress] = Field(default_factory=list)
    """Web addresses with more."""


class Topic(StrEnum):
    CONTACT = "contact"
    ROLES = "roles"
    DANGER = "danger"
    REGISTRATION = "registration"
    NETWORK = "network"
    SCHOOL = "school"
    ABROAD = "abroad"
    ABOUT = "about"


class Guidance(Record):
    """A page of advice for service staff: Markdown with front matter, one file per language."""

    KIND = "guidance"
    FOLDER = "guidance"

    title: LocalText
    """The page's title. In front matter: this language's title."""
    summary: LocalText
    """One sentence: what the page helps with. In front matter: this language's sentence."""
    topics: list[Topic] = Field(min_length=1)
    """contact · roles · danger · registration · network · school · abroad · about."""
    audiences: list[AudienceRef] = Field(default_factory=list)
    """Who it is for. Left out: all service staff."""
    country: AreaRef | None = None
    """The country it is about. Left out: both."""
    sensitive: StrictBool = False
    """true: a page that someone at risk may read over another's shoulder."""
    order: StrictInt = 100
    """Place in lists, small first."""
    body: LocalText
    """The text below the front matter, in Markdown."""

    def name_on(self, day: date) -> LocalText:
        return self.title


# --- addresses that moved ------------------------------------------------------------------


class Redirect(NamedRecord):
    """An address that once was a page's: it leads to another page now, or says what stood there."""

    KIND = "redirect"
    FOLDER = "redirects"

    name: LocalText
    """What the page was called."""
    from_: PageAddress = Field(alias="from")
    """The address that the page had, such as `roles/old-id`: no language, no `#`."""
    to: PlaceAddress | None = None
    """The address that it leads to now; `#` and a block's id may follow. Left out: withdrawn."""
    since: Day
    """The first day on which the page no longer stood there."""
    note: LocalText | None = None
    """Why. Must be there when `to` is left out."""


RECORD_CLASSES: tuple[type[Record], ...] = (
    Guidance,
    Duty,
    Contact,
    Role,
    Mandate,
    MandateVersion,
    Organisation,
    Network,
    Partner,
    Task,
    Transfer,
    Assignment,
    LegalBasis,
    Office,
    CategorySet,
    Term,
    Audience,
    Area,
    Redirect,
)
BY_KIND: dict[str, type[Record]] = {record.KIND: record for record in RECORD_CLASSES}
V = TypeVar("V", bound=Value)


def ready(cls: type[V]) -> type[V]:
    """The class, able to validate."""
    _make_ready(cls)
    return cls


@cache
def _make_ready(cls: type[Value]) -> None:
    """What most kinds hold is made ready first, and once: else pydantic would do so for each of
    them, which takes twice as long."""
    if cls not in _SHARED:
        for part in _SHARED:
            _make_ready(part)
    cls.model_rebuild()


_SHARED: tuple[type[Value], ...] = (Period, Source, Review, Translation, Caveat, DatedName)


def address_of(record: Record) -> str:
    """`roles/competence-team`; a version is `mandates/<mandate>/<day>`. The same for good."""
    if isinstance(record, MandateVersion):
        return f"mandates/{record.mandate}/{record.id}"
    return f"{record.FOLDER}/{record.id}"
