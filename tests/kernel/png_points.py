"""The points of a PNG with eight bits a colour (ISO 15948), and PNGs of one colour, without a library of pictures."""

import struct
import zlib

START = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by the kind of colour


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(colour, width, height):
    rows = (b"\0" + bytes(colour) * width) * height
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return START + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")


def points_of(content):
    """Width, height, and the set of the colours of all points, as tuples of red, green and blue."""
    width, height, depth, kind, packed = 0, 0, 0, 0, b""
    at = len(START)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, depth, kind = struct.unpack(">IIBB", data[:10])
        packed += data if name == b"IDAT" else b""
        at += length + 12
    assert depth == 8
    size = CHANNELS[kind]
    return (
        width,
        height,
        {
            row[at : at + 3]
            for row in rows_of(zlib.decompress(packed), width, size)
            for at in range(0, width * size, size)
        },
    )


def rows_of(lines, width, size):
    long = width * size
    before = bytes(long)
    for start in range(0, len(lines), long + 1):
        way, line = lines[start], bytearray(lines[start + 1 : start + 1 + long])
        for at in range(long):
            left, above = line[at - size] if at >= size else 0, before[at]
            corner = before[at - size] if at >= size else 0
            line[at] = (
                line[at] + (0, left, above, (left + above) // 2, nearest(left, above, corner))[way]
            ) & 255
        before = bytes(line)
        yield tuple(before)


def nearest(left, above, corner):
    guess = left + above - corner
    return min(
        (abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner)
    )[2]
