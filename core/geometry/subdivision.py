"""A planar subdivision of a square, cut by one line after another: half-edges in flat arrays.

Edge e is the pair of half-edges 2e and 2e + 1, so the twin of half-edge h is h ^ 1. The "lines" are
zero sets of functions that are affine on every face. Which side of a line a vertex lies on is
decided once, by the vertex, and all faces around it share the decision. That keeps the mesh
watertight however close lines come: a face is only ever cut by one chord that joins two of its
vertices, so V - E + F = 1 holds whatever rounding does.
"""

import numpy as np

FREE, OUTSIDE = -1, -1
ROOM = 256  # vertices that there is space for at the start


class Subdivision:
    """The square [-1, 1] x [-1, 1] and its faces; v vertices, h half-edges.

    The arrays have room to spare: only the first ``n_vertices`` and ``n_halves`` entries count.

    Attributes:
        points: (v, 2).
        origin: (h,) vertex where a half-edge starts.
        after: (h,) next half-edge around the face on its left, counterclockwise.
        before: (h,) the previous one.
        face: (h,) the face on its left as of the last :meth:`relabel`, -1 outside the square.
        crease: (h / 2, 2) the label of the line that made the edge, (-1, -1) on the square.
        n_faces: Faces there are now, the outside not counted.
    """

    def __init__(self) -> None:
        self.points = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
        self.origin = np.array([0, 1, 1, 2, 2, 3, 3, 0])
        self.after = np.array([2, 7, 4, 1, 6, 3, 0, 5])
        self.before = np.argsort(self.after)
        self.face = np.tile([0, OUTSIDE], 4)
        self.crease = np.full((4, 2), FREE, np.int16)
        self.n_vertices, self.n_halves, self.n_faces = 4, 8, 1
        self._values, self.n_functions = np.empty((4, 0)), 0
        self._positive = self._negative = np.empty(4, np.uint64)  # signs of a vertex, as bits
        self._crossed = np.empty(4, np.uint64)  # functions whose sign changes along an edge
        self._on_line = np.zeros(4, bool)
        self._reserve(ROOM, 4 * ROOM)
        self._any_zero = np.uint64(0)

    def load(self, values: np.ndarray, tolerance: np.ndarray) -> None:
        """Take functions by their values (v, k) at all vertices; k at most 64.

        Values within ``tolerance`` (k,) of zero count as zero, here and on new vertices.
        """
        k = values.shape[1]
        columns = -(-k // 8) * 8  # whole octets of signs are packed eight times as fast
        self._tolerance = np.concatenate([tolerance, np.zeros(columns - k)])
        self._values = np.zeros((len(self.points), columns))
        self._values[: self.n_vertices, :k] = values
        self.n_functions = k
        self._positive, self._negative = np.empty((2, len(self.points)), np.uint64)
        self._any_zero = np.uint64(0)
        self._decide(slice(0, self.n_vertices))
        start, end = self.origin[: self.n_halves].reshape(-1, 2).T
        self._crossed[: self.n_halves // 2] = self._crossings(start, end)

    @property
    def values(self) -> np.ndarray:
        """Values (v, k) of the functions at the vertices, those near zero made zero."""
        return self._values[: self.n_vertices, : self.n_functions]

    def signs(self) -> tuple[np.ndarray, np.ndarray]:
        """Whether each loaded function is anywhere above, anywhere below zero: (k,) and (k,)."""
        words = (self._positive[: self.n_vertices], self._negative[: self.n_vertices])
        above, below = (_unpack(np.bitwise_or.reduce(word), self.n_functions) for word in words)
        return above, below

    def bound(self, function: int) -> int:
        """Faces there can be at most after :meth:`split` by this function.

        A zero set that branches at vertices, as only degenerate functions have it, may make more.
        """
        crossings = int(self._edges_across(function).size)
        return self.n_faces + crossings + int(self._touched(function).sum())

    def split(self, function: int, label: tuple[int, int]) -> None:
        """Cut every face along the zero set of one of the loaded functions."""
        edges, touched = self._edges_across(function), self._touched(function)
        if edges.size == 0 and touched.size == 0:
            return
        entering = self._cut(edges, function)
        self._on_line[self.n_vertices - edges.size : self.n_vertices] = True
        if touched.size:
            self._on_line[: touched.size] |= touched
            entering = self._entering(function)
        leaving = self._follow(entering)
        if touched.size:
            reach = self._reaches_below(entering, leaving, function)
            entering, leaving = entering[reach], leaving[reach]
        self._join(entering, leaving, label)
        self._on_line[: self.n_vertices] = False

    def relabel(self) -> np.ndarray:
        """Number the faces anew in ``face``; returns the old number of each, (n_faces,).

        The number of a cycle is that of its first half-edge, found by pointer jumping: after r
        rounds every half-edge knows the least of the 2^r that follow it.
        """
        face = self.face[: self.n_halves]
        inside = face != OUTSIDE
        itself = np.arange(self.n_halves)
        jump = np.where(inside, self.after[: self.n_halves], itself)
        least = np.minimum(itself, jump)
        while True:
            jump = jump[jump]
            less = np.minimum(least, least[jump])
            if np.array_equal(less, least):
                break
            least = less
        first = np.flatnonzero((least == itself) & inside)
        parent = face[first]
        number = np.full(self.n_halves, OUTSIDE)
        number[first] = np.arange(first.size)
        self.face[: self.n_halves] = np.where(inside, number[least], OUTSIDE)
        return parent

    def centroids(self) -> np.ndarray:
        """Mean of the vertices of every face (n_faces, 2); needs :meth:`relabel`."""
        face = self.face[: self.n_halves] + 1  # the outside is counted too, and dropped
        corners = self.points.take(self.origin[: self.n_halves], axis=0)
        degree = np.bincount(face, minlength=self.n_faces + 1)
        sums = [np.bincount(face, column, self.n_faces + 1) for column in corners.T]
        return (np.stack(sums, axis=1) / degree[:, None])[1:]

    def polygons(self) -> tuple[np.ndarray, np.ndarray]:
        """Vertex numbers of all faces in a row (c,), counterclockwise, and where each starts.

        Face i is ``corners[starts[i] : starts[i + 1]]``; ``starts`` is (n_faces + 1,).
        """
        face = self.face[: self.n_halves]
        inside = np.flatnonzero(face != OUTSIDE)
        degree = np.bincount(face[inside], minlength=self.n_faces)
        starts = np.concatenate([[0], np.cumsum(degree)])
        corners = np.empty(starts[-1], np.intp)
        current = np.empty(self.n_faces, np.intp)
        current[face[inside]] = inside
        place = starts[:-1]
        while current.size:
            corners[place] = self.origin[current]
            degree, place, current = degree - 1, place + 1, self.after[current]
            rest = degree > 0
            degree, place, current = degree[rest], place[rest], current[rest]
        return corners, starts

    def _decide(self, vertices: slice, function: int = 0) -> None:
        """Round values near zero to zero and note the signs of these vertices.

        Those of the functions before ``function`` are not looked at again, octet by octet.
        """
        octet = function // 8
        values, tolerance = self._values[vertices, 8 * octet :], self._tolerance[8 * octet :]
        positive, negative = values > tolerance, values < -tolerance
        values[~(positive | negative)] = 0.0
        self._positive[vertices] = above = _pack(positive, octet)
        self._negative[vertices] = below = _pack(negative, octet)
        self._any_zero |= np.bitwise_or.reduce(~(above | below))

    def _crossings(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Functions that change sign between vertices, one word a pair."""
        forth = self._positive[start] & self._negative[end]
        return forth | (self._negative[start] & self._positive[end])

    def _edges_across(self, function: int) -> np.ndarray:
        return np.flatnonzero((self._crossed[: self.n_halves // 2] & _bit(function)) != 0)

    def _touched(self, function: int) -> np.ndarray:
        """Which vertices lie on the line already (v,); empty when none does."""
        if not self._any_zero & _bit(function):
            return np.empty(0, bool)
        signs = self._positive[: self.n_vertices] | self._negative[: self.n_vertices]
        touched: np.ndarray = (signs & _bit(function)) == 0
        return touched

    def _reserve(self, vertices: int, halves: int) -> None:
        """Make room for so many more."""
        if (need := self.n_vertices + vertices) > len(self.points):
            for name in ("points", "_values", "_positive", "_negative", "_on_line"):
                setattr(self, name, _grown(getattr(self, name), 2 * need))
        if (need := self.n_halves + halves) > len(self.origin):
            for name in ("origin", "after", "before", "face"):
                setattr(self, name, _grown(getattr(self, name), 2 * need))
            self.crease = _grown(self.crease, need)
            self._crossed = _grown(self._crossed, need)

    def _cut(self, edges: np.ndarray, function: int) -> np.ndarray:
        """Put a vertex on each edge; returns the half-edges that leave it inside, upwards."""
        m = edges.size
        self._reserve(m, 2 * m)
        down = 2 * edges
        starts_below = (self._positive[self.origin[down]] & _bit(function)) == 0
        down += starts_below  # from above the line to below
        up = down ^ 1
        above, below = self.origin[down], self.origin[up]
        middle = self._interpolate(above, below, function)
        self._halve(edges, self._positive[above], middle)

        # down: above -> middle, down2: middle -> below, up2: below -> middle, up: middle -> above
        down2 = np.arange(self.n_halves, self.n_halves + 2 * m, 2)
        down2 += starts_below
        up2 = down2 ^ 1
        follows, precedes = self.after[down], self.before[up]
        self.origin[down2] = self.origin[up] = np.arange(middle.start, middle.stop)
        self.origin[up2] = below
        self.after[down], self.before[down2] = down2, down
        self.after[up2], self.before[up] = up, up2
        # At the vertex below, the neighbor may have been cut too: then its own lower half counts.
        # A cut one starts, or its twin starts, at a new vertex by now.
        cut = self.origin[follows] >= middle.start
        follows[cut] = self.before[follows[cut]]
        cut = self.origin[precedes ^ 1] >= middle.start
        precedes[cut] = self.after[precedes[cut]]
        self.after[down2], self.before[follows] = follows, down2
        self.after[precedes], self.before[up2] = up2, precedes
        self.n_halves += 2 * m
        return up[self.face[up] != OUTSIDE]

    def _halve(self, edges: np.ndarray, positive: np.ndarray, middle: slice) -> None:
        """What the new edges below the line inherit; ``positive`` are the signs above it.

        Values are affine along an edge: what changes sign on the whole does so on one half, or at
        the vertex between.
        """
        old = self.n_halves // 2
        new = slice(old, old + edges.size)
        self.crease[new] = self.crease[edges]
        faces = self.face.reshape(-1, 2)
        faces[new] = faces[edges]
        whole, above, below = self._crossed[edges], self._positive[middle], self._negative[middle]
        upper = whole & ((positive & below) | (~positive & above))
        self._crossed[edges] = upper
        self._crossed[new] = (whole & (above | below)) ^ upper

    def _interpolate(self, above: np.ndarray, below: np.ndarray, function: int) -> slice:
        """New vertices where the function is zero between two, with the values of all."""
        new = slice(self.n_vertices, self.n_vertices + above.size)
        high, low = self._values.take(above, axis=0), self._values.take(below, axis=0)
        share = (high[:, function] / (high[:, function] - low[:, function]))[:, None]
        start = self.points.take(above, axis=0)
        self.points[new] = start + share * (self.points.take(below, axis=0) - start)
        low -= high
        low *= share
        np.add(high, low, out=self._values[new])
        self._values[new, function] = 0.0
        self.n_vertices = new.stop
        self._decide(new, function)
        return new

    def _entering(self, function: int) -> np.ndarray:
        """Half-edges inside that start on the line and go above it: a scan of all of them."""
        starts = self.origin[: self.n_halves]
        above = (self._positive[starts] & _bit(function)) != 0
        ends_above = above.reshape(-1, 2)[:, ::-1].reshape(-1)
        inside = self.face[: self.n_halves] != OUTSIDE
        return np.flatnonzero(self._on_line[starts] & ends_above & inside)

    def _follow(self, entering: np.ndarray) -> np.ndarray:
        """Walk each face above the line; returns the half-edges that start back on it."""
        leaving = np.empty_like(entering)
        walkers, current = np.arange(entering.size), self.after[entering]
        while walkers.size:
            back = self._on_line[self.origin[current]]
            leaving[walkers[back]] = current[back]
            ahead = ~back
            walkers, current = walkers[ahead], self.after[current[ahead]]
        return leaving

    def _reaches_below(
        self, entering: np.ndarray, leaving: np.ndarray, function: int
    ) -> np.ndarray:
        """Which walks go on below the line: the other faces only touch it and stay whole."""
        current = self.after[leaving]
        while True:
            along = self._on_line[self.origin[current]] & (current != entering)
            if not along.any():
                break
            current = np.where(along, self.after[current], current)
        below = (self._negative[self.origin[current]] & _bit(function)) != 0
        return below & (current != entering)

    def _join(self, entering: np.ndarray, leaving: np.ndarray, label: tuple[int, int]) -> None:
        """A chord across each face, from where the walk came back to where it began."""
        n = entering.size
        self._reserve(0, 2 * n)
        upper = np.arange(self.n_halves, self.n_halves + 2 * n, 2)
        lower = upper + 1
        start, end = self.origin[leaving], self.origin[entering]
        last, previous = self.before[leaving], self.before[entering]
        self.origin[upper], self.origin[lower] = start, end
        self.face[upper] = self.face[lower] = self.face[entering]
        self.after[last], self.before[upper] = upper, last
        self.after[upper], self.before[entering] = entering, upper
        self.after[previous], self.before[lower] = lower, previous
        self.after[lower], self.before[leaving] = leaving, lower
        edges = slice(self.n_halves // 2, self.n_halves // 2 + n)
        self.crease[edges] = label
        self._crossed[edges] = self._crossings(start, end)
        self.n_halves += 2 * n
        self.n_faces += n


def _bit(function: int) -> np.uint64:
    return np.uint64(1 << function)


def _pack(flags: np.ndarray, octet: int) -> np.ndarray:
    """Rows of flags (n, 8 c) as words (n,): the first is the lowest bit of octet ``octet``."""
    n, k = flags.shape
    octets = np.zeros((n, 8), np.uint8)
    packed = np.packbits(flags.reshape(-1), bitorder="little").reshape(n, k // 8)
    octets[:, octet : octet + k // 8] = packed
    return octets.view("<u8")[:, 0].astype(np.uint64, copy=False)


def _unpack(word: np.uint64, k: int) -> np.ndarray:
    """The lowest k bits of a word as flags (k,)."""
    flags: np.ndarray = (word >> np.arange(k, dtype=np.uint64)) & np.uint64(1) != 0
    return flags


def _grown(array: np.ndarray, length: int) -> np.ndarray:
    """A copy with room for ``length`` rows; what is new is zero."""
    larger = np.zeros((length, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger
