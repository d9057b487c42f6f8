"""Changing a record's file in place: what is not changed stays as it is, byte for byte.

`rewrite` takes the value that a file is to have, finds the fewest changes that lead there and
writes them at their nodes' places. Comments, order, quotation marks and line breaks are kept; no
comment is ever lost, not even when the thing it stood in is removed. Each change is read again
before it counts: a file that would not give exactly the intended value is refused.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any

from remit.load.yaml_nodes import CannotEdit, Node, Tree, read_nodes
from remit.load.yaml_order import Rearranging
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_splices import Splice, Splices
from remit.load.yaml_text import WIDTH, KeyOrder, as_written_order, flow_text
from remit.model.shape import Path

__all__ = ["CannotEdit", "rewrite", "same"]

_BOM = "\ufeff"


def rewrite(data: bytes, value: dict[str, Any], order: KeyOrder = as_written_order) -> bytes:
    """The file with `value` as its content. Raises CannotEdit, with why, for one that it cannot.

    `order` gives the place of new fields among those that are there.
    """
    editor = _Editor(data, order)
    editor.put_all_texts(value)
    editor.amend((), value)
    return editor.data()


def same(one: Any, other: Any) -> bool:
    """Equal in value and type: 1, true and "1" are three things."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


class _Editor:
    """The text as changed so far; after each change it is read again."""

    def __init__(self, data: bytes, order: KeyOrder) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise CannotEdit("the file is not UTF-8 text") from None
        self.bom = _BOM if text.startswith(_BOM) else ""
        self.text = text.removeprefix(_BOM)
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        self.order = order
        self.value = self._read(self.text)
        self._hold(read_nodes(self.text))

    def _hold(self, tree: Tree) -> None:
        self.tree, self.splices = tree, Splices(tree, self.order)

    def data(self) -> bytes:
        return (self.bom + self.text).encode("utf-8")

    @staticmethod
    def _read(text: str) -> Any:
        reading = read_yaml(text.encode("utf-8", "surrogatepass"), "")
        if reading.problems:
            raise CannotEdit(reading.problems[0].message)
        return reading.value

    def _at(self, path: Path) -> Any:
        value = self.value
        for step in path:
            value = value[step]
        return value

    # --- which changes ---------------------------------------------------------------------

    def put_all_texts(self, value: Any) -> None:
        """Makes all changes of single texts at once, as reading a large file takes its time.

        Where they do not go together, nothing is done, and `amend` makes them one by one.
        """
        splices: list[Splice] = []
        intended = copy.deepcopy(self.value)
        for path, words in _changed_texts((), self.value, value):
            node = self.tree.find(path)
            if self._flow_around(path) is None and node.start < node.end:
                splices.extend(self.splices.scalar_ways(path, node, words, in_flow=False)[0])
                _put(intended, path, words)
        if splices:
            with suppress(CannotEdit):
                self._first_that_fits(intended, [splices])

    def amend(self, path: Path, new: Any) -> None:
        """The fewest changes that make the value at `path` be `new`."""
        old = self._at(path)
        if same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict) and old and new:
            for name in [name for name in old if name in new]:
                self.amend((*path, name), new[name])
            for name in [name for name in new if name not in old]:
                self.insert((*path, name), new[name])
            for name in [name for name in old if name not in new]:
                self.remove((*path, name))
        elif isinstance(old, list) and isinstance(new, list) and old and new:
            self._amend_list(path, old, new)
        else:
            self.put(path, new)

    def _amend_list(self, path: Path, old: list[Any], new: list[Any]) -> None:
        """From the last item to the first, so that the places of earlier ones stay right."""
        moved = _moved(old, new)
        if moved != list(range(len(old))):
            self._move(path, moved)
            old = [old[index] for index in moved]
        for first, last, new_first, new_last, pairs in reversed(_aligned(old, new)):
            for index in reversed(range(new_first + pairs, new_last)):
                self.insert((*path, last), new[index])
            for index in reversed(range(first + pairs, last)):
                self.remove((*path, index))
            for offset in reversed(range(pairs)):
                self.amend((*path, first + offset), new[new_first + offset])

    # --- the changes -----------------------------------------------------------------------

    def put(self, path: Path, value: Any) -> None:
        """Another value at a path that is there."""
        if not path:
            raise CannotEdit("a record is a group of fields")
        intended = self._with(path, value)
        flow = self._flow_around(path)
        node = self.tree.find(path)
        if node.is_scalar and not isinstance(value, (dict, list)):
            ways = self.splices.scalar_ways(path, node, value, in_flow=flow is not None)
            self._first_that_fits(intended, ways)
        elif flow is not None:
            self._put_flow(flow, intended)
        else:
            self._first_that_fits(intended, [self.splices.replaced(path, node, value)])

    def insert(self, path: Path, value: Any) -> None:
        """A new field, in its place among the others, or a new item before the one at `path`."""
        above, step = path[:-1], path[-1]
        intended = copy.deepcopy(self.value)
        holder = intended
        for part in above:
            holder = holder[part]
        if isinstance(holder, dict):
            holder[step] = value
        else:
            holder.insert(step, value)
        node = self.tree.find(above)
        flow = self._flow_around(above)
        if node.style == "flow" and flow is None and len(holder) == 1 and above:
            self._first_that_fits(intended, [self.splices.replaced(above, node, holder)])
        elif node.style == "flow":
            self._put_flow(above if flow is None else flow, intended)
        elif isinstance(step, str):
            self._first_that_fits(intended, [self.splices.with_field(node, path, value)])
        else:
            self._first_that_fits(intended, [self.splices.with_item(node, path, value)])

    def remove(self, path: Path) -> None:
        """A field or an item, with all its lines; comments in it stay, above what follows."""
        above, step = path[:-1], path[-1]
        intended = copy.deepcopy(self.value)
        holder = intended
        for part in above:
            holder = holder[part]
        del holder[step]
        node = self.tree.find(above)
        if node.style == "flow":
            flow = self._flow_around(above)
            self._put_flow(above if flow is None else flow, intended)
        elif not holder:
            self._first_that_fits(intended, [self.splices.replaced(above, node, holder)])
        else:
            self._first_that_fits(intended, [self.splices.without(node, step)])

    def _move(self, path: Path, places: list[int]) -> None:
        """Items in another order, each with its text as it is and the comments above it."""
        items = self._at(path)
        intended = self._with(path, [items[index] for index in places])
        node = self.tree.find(path)
        if node.style == "flow":
            self._put_flow(path, intended)
            return

        def order(inner: Node, place: Path) -> list[int]:
            return places if place == path else list(range(len(inner.children())))

        text = Rearranging(self.tree, order, self.newline).text_with(path, node)
        self._first_that_fits(intended, [[(0, len(self.text), text.replace("\r\n", "\n"))]])

    def _with(self, path: Path, value: Any) -> Any:
        intended = copy.deepcopy(self.value)
        _put(intended, path, value)
        return intended

    def _flow_around(self, path: Path) -> Path | None:
        """The outermost `{…}` or `[…]` that holds what is at `path`."""
        for length in range(len(path)):
            if self.tree.find(path[:length]).style == "flow":
                return path[:length]
        return None

    def _first_that_fits(self, intended: Any, ways: list[list[Splice]]) -> None:
        """Makes the first change that gives exactly the intended value and keeps all comments."""
        before = Counter(self.tree.comments())
        why = "no way of writing it gives back the same value"
        for splices in ways:
            text = self.text
            for start, end, words in sorted(splices, key=lambda one: one[:2], reverse=True):
                text = text[:start] + words.replace("\n", self.newline) + text[end:]
            try:
                if not same(self._read(text), intended):
                    continue
                tree = read_nodes(text)
            except (CannotEdit, UnicodeEncodeError) as error:
                why = str(error)
                continue
            if before - Counter(tree.comments()):
                why = "a comment would be lost"
                continue
            self.text, self.value = text, intended
            self._hold(tree)
            return
        raise CannotEdit(why)

    def _put_flow(self, path: Path, intended: Any) -> None:
        """`{…}` or `[…]` written anew, on one line where it fits."""
        node = self.tree.find(path)
        if self.tree.comments(node.start, node.end):
            raise CannotEdit("a comment stands inside { } or [ ]; write it out on lines of its own")
        value = intended
        for step in path:
            value = value[step]
        one = flow_text(value)
        ways = [[(node.start, node.end, one)]]
        if path and (self.tree.column(node.start) + len(one) > WIDTH):
            ways.insert(0, self.splices.replaced(path, node, value))
        self._first_that_fits(intended, ways)


def _put(whole: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        whole = whole[step]
    whole[path[-1]] = value


def _changed_texts(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any]]:
    """Where a text, number or truth value is another one, in what is there before and after."""
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old:
            if name in new:
                yield from _changed_texts((*path, name), old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list):
        for first, _, new_first, _, pairs in _aligned(old, new):
            for offset in range(pairs):
                one, other = old[first + offset], new[new_first + offset]
                yield from _changed_texts((*path, first + offset), one, other)
    elif not isinstance(old, (dict, list)) and not isinstance(new, (dict, list)):
        yield path, new


def _aligned(old: list[Any], new: list[Any]) -> list[tuple[int, int, int, int, int]]:
    """Runs of items that belong together: from, to in the old and in the new list, and how many
    at their beginning are the same ones, changed perhaps."""
    matcher = SequenceMatcher(None, [*map(_mark, old)], [*map(_mark, new)], autojunk=False)
    return [
        (first, last, new_first, new_last, _pairs(old[first:last], new[new_first:new_last]))
        for what, first, last, new_first, new_last in matcher.get_opcodes()
    ]


def _moved(old: list[Any], new: list[Any]) -> list[int]:
    """The old items, by their places, with those that both lists have in the new list's order."""
    marks = [_mark(item) for item in old]
    wanted = {_mark(item): place for place, item in enumerate(new)}
    if len(set(marks)) < len(marks) or len(wanted) < len(new):
        return list(range(len(old)))
    kept = [at for at, mark in enumerate(marks) if mark in wanted]
    in_order = dict(zip(kept, sorted(kept, key=lambda at: wanted[marks[at]]), strict=True))
    return [in_order.get(at, at) for at in range(len(old))]


def _mark(item: Any) -> str:
    """What tells items of a list apart: their id, or all that they say."""
    if isinstance(item, dict) and isinstance(item.get("id"), str):
        return f"id {item['id']}"
    return json.dumps(item, ensure_ascii=False)


def _pairs(old: list[Any], new: list[Any]) -> int:
    """How many items from the first on are the same ones, changed. An id tells for sure."""
    count = 0
    for one, other in zip(old, new, strict=False):
        marks = {_mark(one), _mark(other)}
        if len(marks) == 2 and any(mark.startswith("id ") for mark in marks):
            break
        count += 1
    return count
