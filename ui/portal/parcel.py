"""A form with files as it arrives: each file is sealed on the disk at once, none is in memory.

The usual readers of such forms put files into temporary ones, in plain.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import anyio.to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

from engine.errors import FileRefusedError
from engine.services.documents.arrival import Arrival

MOST_FIELDS = 200
LONGEST_TEXT = 250_000
"""Bytes of everything that is no file."""
_PIECE = 256 * 2**10


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a form.

    Attributes:
        name: As the browser calls it.
        arrival: None where it is larger than is taken, or one too many.
    """

    name: str
    arrival: Arrival | None


@dataclass(slots=True)
class Parcel:
    """What a form brought."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[Enclosed] = field(default_factory=list)

    def one(self, name: str) -> str:
        """Return a text; empty where it is not there."""
        return self.fields.get(name, [""])[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Return every text of a name."""
        return tuple(self.fields.get(name, ()))

    def plain(self) -> dict[str, str]:
        """Return the texts, several of one name on lines of one text."""
        return {name: "\n".join(texts) for name, texts in self.fields.items()}


@dataclass(slots=True)
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    text: bytearray = field(default_factory=bytearray)
    arrival: Arrival | None = None
    is_refused: bool = False


class _Reader:
    """Takes the events of the parser; files go where they are sealed."""

    def __init__(self, stack: ExitStack, folder: Path, *, largest: int, most_files: int) -> None:
        self.parcel = Parcel()
        self._stack = stack
        self._folder = folder
        self._largest = largest
        self._most = most_files
        self._left = LONGEST_TEXT
        self._count = 0
        self._part = _Part()
        self._header, self._value = bytearray(), bytearray()

    def begin(self) -> None:
        self._count += 1
        if self._count > MOST_FIELDS:
            raise HTTPException(413, "The form has too many fields.")
        self._part = _Part()

    def header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        name = bytes(self._header).decode("latin-1").lower()
        self._part.headers[name] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def headers_end(self) -> None:
        said = self._part.headers.get("content-disposition", b"")
        _kind, options = parse_options_header(said)
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._part.filename = options[b"filename"].decode("utf-8", "replace")

    def data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.filename is None:
            self._left -= end - start
            if self._left < 0:
                raise HTTPException(413, "The form is too long.")
            part.text += data[start:end]
        elif end > start and not part.is_refused:
            self._keep(part, bytes(data[start:end]))

    def _keep(self, part: _Part, piece: bytes) -> None:
        """Take a piece of a file, as long as it and its number are within what is taken."""
        if part.arrival is None and len(self.parcel.files) >= self._most:
            part.is_refused = True
            return
        if part.arrival is None:
            part.arrival = self._stack.enter_context(Arrival(self._folder, largest=self._largest))
        try:
            part.arrival.write(piece)
        except FileRefusedError:
            part.is_refused = True

    def end(self) -> None:
        part = self._part
        if part.filename is None:
            text = part.text.decode("utf-8", "replace")
            self.parcel.fields.setdefault(part.name, []).append(text)
        elif part.arrival is not None or part.is_refused:
            kept = None if part.is_refused else part.arrival
            self.parcel.files.append(Enclosed(part.filename, kept))


@asynccontextmanager
async def opened(
    request: Request, folder: Path, *, largest: int, most_files: int
) -> AsyncIterator[Parcel]:
    """Read a form; its files are there until the block ends.

    Args:
        request: That brings it.
        folder: For files that arrive.
        largest: Bytes of one file.
        most_files: Of one form; further ones are refused one by one.

    Raises:
        HTTPException: It is no form, or too long.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"application/x-www-form-urlencoded":
        yield await _of_texts(request)
        return
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise HTTPException(415, "This is no form.")
    with ExitStack() as stack:
        reader = _Reader(stack, folder, largest=largest, most_files=most_files)
        try:
            parser = _parser(options[b"boundary"], reader)
            async for piece in _pieces(request):
                await anyio.to_thread.run_sync(parser.write, piece)
            parser.finalize()
        except FormParserError as error:
            raise HTTPException(400, "This form cannot be read.") from error
        yield reader.parcel


def _parser(boundary: bytes, reader: _Reader) -> MultipartParser:
    """Return what tells the parts of a form to the reader.

    Raises:
        FormParserError: The boundary is none.
    """
    return MultipartParser(
        boundary,
        {
            "on_part_begin": reader.begin,
            "on_header_field": reader.header,
            "on_header_value": reader.value,
            "on_header_end": reader.header_end,
            "on_headers_finished": reader.headers_end,
            "on_part_data": reader.data,
            "on_part_end": reader.end,
        },
    )


async def _of_texts(request: Request) -> Parcel:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    parcel = Parcel()
    for name, text in form.multi_items():
        if isinstance(text, str):
            parcel.fields.setdefault(name, []).append(text)
    return parcel


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in larger pieces than the network brings."""
    held = bytearray()
    async for piece in request.stream():
        held += piece
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def numbered(parcel: Parcel, stem: str, most: int) -> Iterator[str]:
    """Yield the texts of fields that are counted, such as ``more_1``, until one is missing."""
    for number in range(1, most + 1):
        if f"{stem}_{number}" not in parcel.fields:
            return
        yield parcel.one(f"{stem}_{number}")


def key_of(parcel: Parcel) -> UUID:
    """Return the id of a form, so that a second click is no second command."""
    try:
        return UUID(parcel.one("key"))
    except ValueError:
        return uuid4()
