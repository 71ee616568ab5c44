"""The weights of the installed model as llama.cpp multiplies them fastest, made once from the file that its package
brings.

The package's file has Q4_1: 4 bits, with a scale and an offset per 32 weights. llama.cpp has its repacked matrix products
for Q4_0, which has no offsets, and not for Q4_1. What is lost by writing them again is 8.7 % of the weights' root mean
square; docs/RESULTS.md says what that does to answers. The arithmetic is that of the library that serves the model; the
file's layout is GGUF, version 3.
"""

import ctypes
import os
import struct

Q4_1, Q4_0 = 3, 2
FILE_TYPE_Q4_0 = 2
STRING, ARRAY = 8, 9
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
ALIGNMENT = 32


class Unreadable(Exception):
    """A file that is not what this reads."""


class Reader:
    """Walks over the head of a GGUF file."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, form):
        try:
            value = struct.unpack_from("<" + form, self.data, self.at)[0]
        except struct.error:
            raise Unreadable("it ends within its head") from None
        self.at += struct.calcsize("<" + form)
        return value

    def text(self):
        length = self.number("Q")
        start = self.at
        self.skip(length)
        return self.data[start:self.at]

    def skip(self, count):
        self.at += count
        if self.at > len(self.data):
            raise Unreadable("it ends within its head")

    def skip_value(self, kind):
        if kind == STRING:
            self.text()
        elif kind == ARRAY:
            element, count = self.number("I"), self.number("Q")
            if element == STRING:
                for _ in range(count):
                    self.text()
            else:
                self.skip(self.size(element) * count)
        else:
            self.skip(self.size(kind))

    def size(self, kind):
        if kind not in SIZES:
            raise Unreadable(f"no value has the type {kind}")
        return SIZES[kind]


class Arithmetic:
    """The library's own conversions."""

    def __init__(self, library):
        loaded = ctypes.CDLL(library)
        self.row_bytes = loaded.ggml_row_size
        self.row_bytes.restype, self.row_bytes.argtypes = ctypes.c_size_t, [ctypes.c_int, ctypes.c_int64]
        self.read = loaded.dequantize_row_q4_1
        self.read.restype, self.read.argtypes = None, [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64]
        self.write = loaded.ggml_quantize_chunk
        self.write.restype = ctypes.c_size_t
        self.write.argtypes = [
            ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64,
            ctypes.c_void_p]

    def without_offsets(self, weights, columns, rows):
        values = (ctypes.c_float * (columns * rows))()
        self.read(weights, values, columns * rows)
        written = ctypes.create_string_buffer(self.row_bytes(Q4_0, columns) * rows)
        self.write(Q4_0, values, written, 0, rows, columns, None)
        return written.raw


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def converted(data, arithmetic):
    """The head and the tensors of a file, every Q4_1 tensor as Q4_0."""
    reader = Reader(data)
    if data[:8] != b"GGUF" + struct.pack("<I", 3):
        raise Unreadable("it is not GGUF, version 3")
    reader.at = 8
    tensors, keys = reader.number("Q"), reader.number("Q")
    head = bytearray(data[:reader.at])
    for _ in range(keys):
        start = reader.at
        key, kind = reader.text(), reader.number("I")
        value = reader.at
        reader.skip_value(kind)
        entry = bytearray(data[start:reader.at])
        if key == b"general.file_type":
            struct.pack_into("<I", entry, value - start, FILE_TYPE_Q4_0)
        head += entry
    entries = []
    for _ in range(tensors):
        name = reader.text()
        shape = [reader.number("Q") for _ in range(reader.number("I"))]
        entries.append((name, shape, reader.number("I"), reader.number("Q")))
    first = reader.at + -reader.at % ALIGNMENT
    parts, offset = [], 0
    for name, shape, kind, start in entries:
        rows = 1
        for size in shape[1:]:
            rows *= size
        start += first
        weights = data[start:start + arithmetic.row_bytes(kind, shape[0]) * rows]
        if kind == Q4_1:
            weights, kind = arithmetic.without_offsets(weights, shape[0], rows), Q4_0
        head += struct.pack("<Q", len(name)) + name + struct.pack("<I", len(shape))
        head += struct.pack(f"<{len(shape)}QIQ", *shape, kind, offset)
        parts.append(padded(weights))
        offset += len(parts[-1])
    return padded(bytes(head)), parts


def quick_file(source, library):
    """The path of the file with these weights, written beside the source where it is not there yet."""
    target = source.with_name(source.name.replace(".Q4_1", "").removesuffix(".gguf") + ".Q4_0.gguf")
    if target.exists():
        return target
    head, parts = converted(source.read_bytes(), Arithmetic(library))
    # Two that start at once write the same, each a file of its own; the name is taken by whole files alone.
    own = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with open(own, "wb") as file:
            file.write(head)
            file.writelines(parts)
        os.replace(own, target)
    finally:
        own.unlink(missing_ok=True)
    return target
