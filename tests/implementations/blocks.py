# SPDX-License-Identifier: Apache-2.0
#
# Reads who allocated how much from two sources that know nothing of each other: a bucketprof profile (pprof) and a
# recording of heaptrack. Both become lists of Blocks.
import gzip
import subprocess
from dataclasses import dataclass, field


@dataclass
class Frame:
    function: str
    file: str
    line: int


@dataclass
class Blocks:
    """Allocations of one stack over the whole run. Frames start at the leaf, inlined ones included."""
    number: int
    size: int
    frames: list
    labels: dict = field(default_factory=dict)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """The fields of a protobuf message: number and value (an integer, or bytes)."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {tag & 7}")
        yield tag >> 3, value


def numbers(value):
    """A repeated integer field, packed or not."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        found.append(number)
    return found


def read_profile(path):
    """The format: https://github.com/google/pprof/blob/main/proto/profile.proto"""
    strings, functions, locations, samples = [], {}, {}, []
    for number, value in fields(gzip.open(path).read()):
        if number == 6:
            strings.append(value.decode())
        elif number == 5:
            function = dict(fields(value))
            functions[function.get(1, 0)] = (function.get(2, 0), function.get(4, 0))
        elif number == 4:
            parts = list(fields(value))
            lines = [dict(fields(line)) for key, line in parts if key == 4]
            locations[dict(parts).get(1, 0)] = [(line.get(1, 0), line.get(2, 0)) for line in lines]
        elif number == 2:
            samples.append(list(fields(value)))
    for sample in samples:
        values = [v for key, value in sample if key == 2 for v in numbers(value)]
        labels = [dict(fields(value)) for key, value in sample if key == 3]
        frames = []
        for place in (p for key, value in sample if key == 1 for p in numbers(value)):
            for function, line in locations[place]:
                name, file = functions.get(function, (0, 0))
                frames.append(Frame(strings[name], strings[file], line))
        yield Blocks(values[0], values[1], frames,
                     {strings[label.get(1, 0)]: strings[label[2]] for label in labels if 2 in label})


def read_heaptrack(path):
    """What heaptrack wrote after it looked up names; numbers are hexadecimal. Tables count from 1."""
    text = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout.decode(errors="replace")
    strings, places, traces, kinds, counts = [""], [[]], [(0, 0)], [], {}
    for line in text.splitlines():
        words = line.split(" ")
        if words[0] == "s":
            strings.append(line.split(" ", 2)[2])
        elif words[0] == "i":
            rest = [int(word, 16) for word in words[3:]]
            # Without a file a frame is the function alone.
            places.append([Frame(strings[rest[i]], *((strings[rest[i + 1]], rest[i + 2]) if i + 2 < len(rest) else ("", 0)))
                           for i in range(0, len(rest), 3)])
        elif words[0] == "t":
            traces.append((int(words[1], 16), int(words[2], 16)))
        elif words[0] == "a":
            kinds.append((int(words[1], 16), int(words[2], 16)))
        elif words[0] == "+":
            kind = int(words[1], 16)
            counts[kind] = counts.get(kind, 0) + 1
    for kind, number in counts.items():
        size, trace = kinds[kind]
        frames = []
        while trace:
            place, trace = traces[trace]
            frames.extend(places[place])
        yield Blocks(number, number * size, frames)
