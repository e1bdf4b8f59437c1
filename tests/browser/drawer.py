"""Pictures of the person's own, as files, and where the dialog takes them."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import FilePayload, Locator, Page

from tests.browser.hand import dialog

# What an element shows as a picture: the bytes of its PNG.
ADDRESS = "(element) => element.querySelector('image')?.getAttribute('href') ?? null"
PASTE = """
([bytes, words, padding]) => {
  const data = new DataTransfer();
  const picture = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  data.items.add(new File([picture, new Uint8Array(padding)], "pasted.png", { type: "image/png" }));
  if (words) data.setData("text/plain", words);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(event);
}
"""


def robot(width: int = 400, height: int = 300, color: str = "teal") -> bytes:
    """A face on see-through ground, with a comment in the file that nobody is to get."""
    image = Image.new("RGBA", (width, height))
    pen, unit = ImageDraw.Draw(image), min(width, height) / 10
    left, top = width / 2 - 4 * unit, height / 2 - 4 * unit
    pen.rounded_rectangle((left, top, left + 8 * unit, top + 8 * unit), 2 * unit, color)
    for x in (2, 5):
        pen.ellipse((left + x * unit, top + 2 * unit, left + (x + 1.4) * unit, top + 3.4 * unit), "white")
    pen.rectangle((left + 2 * unit, top + 5.4 * unit, left + 6 * unit, top + 6.4 * unit), "white")
    comment, file = PngInfo(), io.BytesIO()
    comment.add_text("Comment", "taken at home")
    image.save(file, "PNG", pnginfo=comment)
    return file.getvalue()


def file_of(data: bytes, name: str = "robot.png", kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def choose_picture(page: Page, file: FilePayload) -> None:
    """Choose a picture in the dialog that is open."""
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Picture…").click()
    choosing.value.set_files(file)


def paste(page: Page, data: bytes, words: str = "", padding: int = 0) -> bool:
    """Paste a picture, zeros after it and words with it, where the focus is; whether the page leaves that alone."""
    left_alone: bool = page.evaluate(PASTE, [base64.b64encode(data).decode(), words, padding])
    return left_alone


def png_of(element: Locator) -> bytes | None:
    """The picture that is seen in an element, if one is."""
    address = element.evaluate(ADDRESS)
    return None if address is None else base64.b64decode(address.removeprefix("data:image/png;base64,"))


def recent(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_role("group", name="Recently used").get_by_role("button")


def names_of(buttons: Locator) -> Sequence[str]:
    names: list[str] = buttons.evaluate_all("(all) => all.map((each) => each.ariaLabel)")
    return names


def name_field(page: Page) -> Locator:
    return dialog(page).get_by_role("textbox", name="Name of the picture")
