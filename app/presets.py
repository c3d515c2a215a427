"""Views to start from: one click sets these parameters and puts all others at their default."""

from app.parameters import Values

PRESETS: dict[str, Values] = {
    "Why bend at all": {"data": "circles", "layers": 3, "act": ("identity",)},
    "One layer, three folds": {"data": "circles", "layers": 1, "neurons": 3, "steps": 4000},
    "Too narrow": {"data": "nested", "layers": 4, "neurons": 2, "act": ("tanh",)},
    "Just wide enough": {"data": "nested", "layers": 2, "neurons": 3, "act": ("tanh",)},
    "Vanishing gradient": {"layers": 10, "neurons": 8, "act": ("sigmoid",), "init": "glorot"},
    "Too fast": {"opt": "sgd", "lr": 10.0},
    "The default": {},
}
