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

GRID_PRESETS: dict[str, Values] = {
    "Spiral: depth helps": {},
    "Circles: three neurons are enough": {"data": "circles", "w1": 1, "w2": 16, "d2": 4},
    "A closed ring needs width": {
        **{"data": "nested", "act": ("tanh",), "w1": 1, "w2": 8, "d2": 5},
        **{"layers": 2, "neurons": 2, "measure": "success"},
    },
    "Noise: too big for the data": {
        **{"data": "moons", "noise": 0.4, "points": 60, "w2": 64, "d2": 4, "panel": "data"},
        **{"layers": 3, "neurons": 64},
    },
    "Sigmoid: too deep": {
        **{"act": ("sigmoid",), "init": "glorot", "d2": 6, "panel": "deep", "deep": 10},
        **{"measure": "gradient"},
    },
    "Straight pieces": {"measure": "regions"},
    "A function to copy": {"curve": "sawtooth3", "d2": 4, "measure": "accuracy"},
}
