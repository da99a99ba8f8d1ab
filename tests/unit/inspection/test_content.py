"""Files are what they are by their content, and what could do harm is refused or held back."""

import io
import random
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.domain.document import Kind, Limits
from engine.errors import FileRefusedError
from engine.inspection import content, inspector, pdf
from engine.inspection.content import look_into
from engine.inspection.inspector import inspect
from engine.inspection.report import RefusedError
from engine.sealed_file import SealedWriter, new_key

LIMITS = Limits(25 * 2**20, 10_000_000)
GPS = 0x8825


def picture(form="PNG", size=(40, 30), **how):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **how)
    return out.getvalue()


def packed(parts, *, deflated=True):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else 0) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def office(more=None, **named):
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
    return packed(parts | (more or {}) | named)


def open_document(**more):
    parts = {
        "mimetype": Kind.ODT.media_type,
        "content.xml": "<office/>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    return packed(parts | more)


def document(body, *, end=b"\n%%EOF\n"):
    return b"%PDF-1.7\n" + body + end


def object_stream(body, *, head=b"/Type /ObjStm /Filter /FlateDecode"):
    data = zlib.compress(body)
    return b"1 0 obj\n<< " + head + b" >>\nstream\n" + data + b"\nendstream\nendobj\n"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_picture(side):
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def overlapping():
    """Return an archive whose parts share their content, as the best of bombs do."""
    data = bytearray(office({"a.xml": "0" * 10_000, "b.xml": "1" * 10_000}))
    at = data.rindex(b"PK\x01\x02")
    first = data.index(b"PK\x01\x02")
    data[at + 42 : at + 46] = data[first + 42 : first + 46]
    return bytes(data)


TAKEN = {
    "text": (b"The bill says 512.\r\n", Kind.TEXT),
    "text with umlauts": ("Zähler".encode(), Kind.TEXT),
    "old text": ("Zähler".encode("cp1252"), Kind.TEXT),
    "wide text": ("Zähler".encode("utf-16"), Kind.TEXT),
    "text like a picture": (b"BMW broke down twice.", Kind.TEXT),
    "pdf": (document(b"1 0 obj << /Type /Catalog /OpenAction 3 0 R >> endobj"), Kind.PDF),
    "word": (office(), Kind.DOCX),
    "odt": (open_document(), Kind.ODT),
    "png": (picture(), Kind.PNG),
    "gif": (picture("GIF"), Kind.PNG),
    "webp": (picture("WEBP"), Kind.PNG),
    "tiff": (picture("TIFF"), Kind.PNG),
    "jpeg": (picture("JPEG"), Kind.JPEG),
}
REFUSED = {
    "nothing": b"",
    "windows program": b"MZ\x90\x00" + b"\0" * 500,
    "linux program": b"\x7fELF\x02\x01\x01" + b"\0" * 500,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><script>alert(1)</script>",
    "page behind spaces": b"  \n\t<HTML><body onload=alert(1)>",
    "page behind a mark": b"\xef\xbb\xbf<html>",
    "wide page": "<html><script>alert(1)</script>".encode("utf-16"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "mail": b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n",
    "rtf": b"{\\rtf1 {\\object\\objupdate}}",
    "archive": packed({"a.txt": "hello"}),
    "gzip": b"\x1f\x8b\x08\x00" + b"\0" * 50,
    "rar": b"Rar!\x1a\x07\x00" + b"\0" * 50,
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "random": random.Random(7).randbytes(5_000),
    "half a pdf": b"%PDF-1.7\n1 0 obj",
    "half a picture": picture()[:40],
    "picture of 2,500 million pixels": huge_picture(50_000),
    "macros": office({"word/vbaProject.bin": "x"}),
    "macros by type": office({"[Content_Types].xml": "application/vnd.ms-word.macroEnabled.main"}),
    "macros in odt": open_document(**{"Basic/Standard/Module1.xml": "<x/>"}),
    "program inside": office({"word/media/image1.png": "MZ" + "\0" * 100}),
    "bomb": office({"word/a.xml": "0" * 100_000_000}),
    "lying bomb": overlapping(),
    "way out": office({"../../etc/passwd": "x"}),
    "way out of windows": office({"..\\evil": "x"}),
    "something before": b"GIF89a" + office(),
    "something behind": office() + b"<script>alert(1)</script>",
    "comment": office()[:-2] + b"\x05\x00hello",
    "entities": office({"word/styles.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]>"}),
    "twice": packed({"[Content_Types].xml": "", "word/document.xml": "", "WORD/document.xml": ""}),
}
EXTERNAL = '<Relationship Id="1" Type="http://x/{}" Target="http://evil/t" TargetMode="External"/>'
HELD = {
    "program": document(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
    "spelled otherwise": document(b"<< /S /J#61vaScript /#4aS (x) >>"),
    "packed program": document(object_stream(b"<< /S /JavaScript >>")),
    "packed otherwise": document(object_stream(b"x", head=b"/Type /Obj#53tm /Filter [/LZWDecode]")),
    "start": document(b"<< /S /Launch /F (cmd.exe) >>"),
    "files inside": document(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"),
    "form": document(b"<< /AcroForm << /XFA [] >> >>"),
    "encrypted": document(b"trailer << /Encrypt 5 0 R >>"),
    "pdf and archive": document(b"x") + packed({"a.class": "x"}),
    "pdf and page": document(b"x") + b"<script>alert(1)</script>",
    "template": office({"word/_rels/document.xml.rels": EXTERNAL.format("attachedTemplate")}),
    "embedded": office({"word/embeddings/oleObject1.bin": "x"}),
    "archive inside": office({"word/media/a.png": packed({"x": "y"})}),
    "asks others": office({"word/document.xml": "<w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>"}),
    "fetched": open_document(**{"content.xml": '<draw:image xlink:href="http://evil/x.png"/>'}),
    "wide": office({"word/styles.xml": "<x>".encode("utf-16")}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_an_honest_file_is_known_by_its_content(name):
    data, kind = TAKEN[name]

    report = look_into(data, LIMITS)

    assert (report.kind, report.finding) == (kind, "")


def _not_refused(payloads):
    found = []
    for name, data in payloads.items():
        try:
            look_into(data, LIMITS)
        except RefusedError as refusal:
            if str(refusal).endswith("."):
                continue
        found.append(name)
    return found


def test_what_could_do_harm_is_refused_with_a_sentence():
    assert _not_refused(REFUSED) == []


@pytest.mark.parametrize("name", HELD)
def test_what_may_do_harm_is_held_back_with_a_reason(name):
    report = look_into(HELD[name], LIMITS)

    assert report.finding.endswith(".")


def test_links_of_a_text_are_no_reason_to_hold_it_back():
    data = office({"word/_rels/document.xml.rels": EXTERNAL.format("hyperlink")})

    assert look_into(data, LIMITS).finding == ""


def test_a_check_that_is_left_out_is_noticed(monkeypatch):
    """Plant the bug: nobody asks whether a text is a program."""
    monkeypatch.setattr(content.written, "refuse_programs", lambda _data: None)

    assert "page" in _not_refused(REFUSED)


def test_a_pdf_in_which_too_much_is_packed_is_held_back(monkeypatch):
    monkeypatch.setattr(pdf, "_MOST_INFLATED", 1000)

    finding = look_into(document(object_stream(b"0" * 5_000)), LIMITS).finding

    assert "more is packed" in finding.lower()


def test_of_a_picture_only_its_pixels_are_left():
    exif, told = Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x010F] = "Canary"
    exif[GPS] = {1: "N", 2: (50.0, 6.0, 0.0)}
    told.add_text("Comment", "Canary <script>")
    photo = picture("JPEG", exif=exif, comment=b"Canary") + b"<script>Canary</script>"
    drawing = picture("PNG", pnginfo=told) + packed({"canary.class": "x"})

    for data in (photo, drawing):
        kept = look_into(data, LIMITS).rewritten

        assert b"anary" in data
        assert b"anary" not in kept
        assert b"PK" not in kept
        with Image.open(io.BytesIO(kept)) as seen:
            assert (seen.size, dict(seen.getexif())) == ((40, 30), {})


def test_a_photo_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    kept = look_into(picture("JPEG", exif=exif), LIMITS).rewritten

    with Image.open(io.BytesIO(kept)) as seen:
        assert seen.size == (30, 40)


def test_a_kind_that_an_organisation_does_not_want_is_refused():
    with pytest.raises(RefusedError, match="Word"):
        look_into(office(), Limits(10**6, 10**6, (Kind.PDF,)))


SEEDS = [data for data, _ in TAKEN.values()] + list(HELD.values())


@given(st.sampled_from(SEEDS), st.data())
def test_no_damage_to_a_file_does_more_than_have_it_refused(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    new = draw.draw(st.binary(max_size=8))

    damaged = data[:place] + new + data[place + len(new) :]

    with suppress(RefusedError):
        assert look_into(damaged, LIMITS).kind in Kind


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7", b"PK\x03\x04", b"GIF89a"]))
def test_nothing_that_anybody_sends_brings_it_down(data, head):
    with suppress(RefusedError):
        assert look_into(head + data, LIMITS).kind in Kind


def _stored(folder, data):
    path, key = folder / "file", new_key()
    with path.open("wb") as out:
        writer = SealedWriter(out, key)
        writer.write(data)
        writer.close()
    return path, key


def test_another_process_looks_into_it_and_answers_the_same(tmp_path):
    report = inspect(*_stored(tmp_path, picture()), LIMITS)

    assert report == look_into(picture(), LIMITS)
    with pytest.raises(FileRefusedError, match="macros"):
        inspect(*_stored(tmp_path, REFUSED["macros"]), LIMITS)


GREEDY = "import sys; sys.stdin.read(); x = bytearray(8 * 2**30)"
RUDE = "import os; os.kill(os.getpid(), 9)"


@pytest.mark.parametrize("program", [GREEDY, RUDE])
def test_a_file_that_brings_the_process_down_is_refused(tmp_path, monkeypatch, program):
    limited = f"from engine.inspection.worker import _give_up_rights as g; g(); {program}"
    monkeypatch.setattr(inspector, "_WORKER", (inspector.sys.executable, "-c", limited))

    with pytest.raises(FileRefusedError, match="brought down"):
        inspect(*_stored(tmp_path, b"x"), LIMITS)


def test_a_process_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    slow = "import time; time.sleep(60)"
    monkeypatch.setattr(inspector, "_WORKER", (inspector.sys.executable, "-c", slow))
    monkeypatch.setattr(inspector, "_PATIENCE", 0.3)

    with pytest.raises(FileRefusedError, match="longer"):
        inspect(*_stored(tmp_path, b"x"), LIMITS)


def test_the_process_writes_no_file_and_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRESS_SMTP_URL", "smtp://secret")
    tries = (
        "import os, json, sys; from engine.inspection.worker import _give_up_rights as g; g()\n"
        f"try: open({str(tmp_path / 'out')!r}, 'w').write('x' * 10**6); wrote = True\n"
        "except OSError: wrote = False\n"
        "told = {'refused': f'{wrote} {os.environ.get(\"REDRESS_SMTP_URL\")}'}\n"
        "print(json.dumps(told))"
    )
    program = f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{tries}"
    monkeypatch.setattr(inspector, "_WORKER", (inspector.sys.executable, "-c", program))

    with pytest.raises(FileRefusedError, match="False None"):
        inspect(*_stored(tmp_path, b"x"), LIMITS)
