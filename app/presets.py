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

LINE_PRESETS: dict[str, Values] = {
    "Exercise: three slopes by hand": {"target": "exercise", "mode": "hand"},
    "x² by hand": {"mode": "hand"},
    "x² from three neurons": {"neurons": 3},
    "Hinges on a wave": {"target": "sine", "neurons": 8, "noise": 0.1},
    "A jump": {"target": "step", "neurons": 4},
    "Two layers": {"target": "bump", "layers": 2, "neurons": 6},
    "Your own points": {"target": "points", "neurons": 12},
    "Folding makes a sawtooth": {"mode": "built", "build": "sawtooth", "k": 6},
    "x² by folding": {"mode": "built", "build": "square", "k": 4},
    "The best one layer can do": {"mode": "built", "build": "shallow", "m": 3},
    "The default": {},
}
