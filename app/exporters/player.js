// The last lines of the player's file, after those of standalone.html, which has `dataset`.

// Unless the address says otherwise, open at the training step that was shown.
const { model, store, picture } = document.querySelector("canvas.lw-canvas").layerwarp;
const given = new URLSearchParams(location.search);
const { turn, neuron, pinned } = JSON.parse(dataset.look);
if (!given.has("s")) store.set({ frame: Math.max(0, model.net.steps.indexOf(Number(dataset.step))) });
if (!given.has("yaw") && !given.has("pitch")) picture.camera.turnTo(turn[0] ?? NaN, turn[1] ?? NaN);
if (!given.has("unit") && neuron.length) store.set({ neuron: { layer: neuron[0], index: neuron[1] - 1 } });
if (!given.has("x1") && pinned) {
  const place = { x: pinned[0], y: pinned[1] };
  store.set({ pinned: place, hover: place });
}
store.touch("camera");
