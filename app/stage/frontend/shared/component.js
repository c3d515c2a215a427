// What every component does: one instance for each mount, bytes in, one clear sentence when it fails.

import { element } from "../draw/elements.js";
import { createTheme, learnClasses, refreshTheme } from "../draw/theme.js";
import { split, unpack } from "../network/bytes.js";
import { embedded, lessonTerms, presenting } from "./address.js";
import { debtors, tell } from "./leaving.js";
import { Store } from "./store.js";

const DRESS_PERIOD = 300;
const SPEAK_DELAY = 1500;
const PLACE = '[data-testid="stElementContainer"]';

/** The renderer that Streamlit calls after every run of the page: builds a Component once for each
 *  parent element and feeds it every new network. What it returns is called when the element is gone,
 *  and also when a newer run overtakes this call: then the Component stays for that one. A page
 *  without a server gives no setStateValue. `of(parentElement)` is the Component there. */
export function mounted(Kind) {
  const all = new WeakMap();
  const render = ({ data, parentElement, setStateValue }) => {
    const component = all.get(parentElement) ?? new Kind(parentElement);
    if (!all.has(parentElement)) {
      all.set(parentElement, component);
      component.guard(() => component.build());
    }
    component.served = Boolean(setStateValue);
    component.report = (value, name = "view") => tell(() => setStateValue?.(name, value), name === "view");
    component.guard(() => component.show(data));
    return () => {
      if (parentElement.isConnected) return;
      component.remove();
      all.delete(parentElement);
    };
  };
  render.of = (parentElement) => all.get(parentElement);
  return render;
}

/** A component has a `name`, and `build()`, `receive(bytes, anew, beside)` for news, where `beside` are
 *  the bytes of what is to be shown beside it, `restyle()` for a changed
 *  theme, `goBack()` for another address and `speak()`, which tells the picture in words. It keeps
 *  what it shows in `model`, all that it draws in `grid`, and has a `player`. Until the visitor does
 *  something, the address says where a new network is shown: `addressLeads`. */
export class Component {
  constructor(parent) {
    this.root = element("div", "lw-stage");
    this.error = element("p", "lw-error", "", { role: "alert" });
    this.error.hidden = true;
    parent.append(this.root);
    this.root.append(this.error);
    this.store = new Store({ secret: Boolean(lessonTerms()?.secret) }, (error) => this.fail(error));
    this.theme = createTheme();
    this.guard(() => refreshTheme(this.theme, this.root));
    Object.assign(this, { data: null, beginning: 0, versus: null, beside: [] });
    this.model = null;
    this.addressLeads = true;
    for (const name of ["pointerdown", "keydown", "input", "wheel"]) {
      this.root.addEventListener(name, () => { this.addressLeads = false; }, { capture: true, passive: true });
    }
    this.onPopState = () => this.guard(() => this.followAddress());
    this.onWindowKey = (event) => this.guard(() => this.present(event));
    window.addEventListener("popstate", this.onPopState);
    window.addEventListener("keydown", this.onWindowKey);
    debtors.add(this);
    this.dress();
    // The address follows the page's script, sooner or later, and tells nobody.
    this.dressing = setInterval(() => this.dress(), DRESS_PERIOD);
  }

  /** Bare in a frame of another site and in the presenter view. */
  dress() {
    this.root.classList.toggle("lw-bare", embedded() || presenting());
    this.root.classList.toggle("lw-present", presenting());
  }

  /** As the player's. */
  hasten() {
    this.guard(() => this.player?.hasten());
  }

  /** Back or Forward: the picture goes where the address says, now and with the network to come. */
  followAddress() {
    this.dress();
    this.addressLeads = true;
    if (!this.model) return;
    this.conductor.forget();
    this.goBack();
  }

  /** In the presenter view keys need no focus: a remote control sends Page Up and Page Down. */
  present(event) {
    if (!presenting() || !this.model || event.target !== document.body) return;
    this.addressLeads = false;
    this.conductor.onKey(event);
  }

  /** What keys, links and files bring to rest: of two networks, whichever leads. */
  get conductor() {
    return this.versus ?? this.player;
  }

  /** What plays, and how far it is: of two networks, that of whichever leads. */
  get play() {
    const { store, player } = this.versus?.driver ?? this;
    return { playing: store.playing, course: player.course };
  }

  /** Another network beside this one, as `beginVersus()` has it, or none any more. */
  accompany(beside, anew) {
    this.beside = beside;
    if (beside.length || this.versus) this.compare(anew).catch((error) => this.fail(error));
  }

  async compare(anew) {
    if (!this.versus) {
      const begun = await this.beginVersus();
      if (this.beside.length) this.versus ??= begun;
    }
    this.versus?.receive(this.beside, anew);
  }

  /** New bytes from the server, or the old ones again after a rerun or a change of theme. */
  show(data) {
    if (!(data instanceof Uint8Array)) throw new Error("the server sent no network");
    this.dress();
    const restyled = refreshTheme(this.theme, this.root);
    if (sameBytes(data, this.data)) return restyled && this.model ? this.restyle() : undefined;
    const { bytes, beginning } = this.served ? parted(data) : { bytes: data, beginning: 0 };
    const anew = beginning !== this.beginning;
    this.addressLeads ||= anew;
    const [own, ...beside] = split(bytes);
    learnClasses(this.theme, unpack(own).header.class_looks);
    this.receive(own, anew, beside);
    Object.assign(this, { data, beginning });
    this.appear();
    this.error.hidden = true;
    this.grid.hidden = false;
  }

  /** The page says "Drawing …" in this place until then. */
  appear() {
    this.root.getRootNode().host?.closest(PLACE)?.toggleAttribute("data-drawn", true);
  }

  /** Tells the picture now and once more SPEAK_DELAY later, however often it changes meanwhile; nothing of what is
   *  to be predicted. */
  speakSoon() {
    if (this.speaking || this.store.secret) return;
    this.speak();
    this.speaking = setTimeout(() => {
      this.speaking = 0;
      this.speak();
    }, SPEAK_DELAY);
  }

  guard(act) {
    try {
      return act();
    } catch (error) {
      this.fail(error);
    }
  }

  /** One clear sentence in place of the picture; the console has the rest. */
  fail(error) {
    console.error(error);
    this.store.stop();
    this.appear();
    this.error.textContent = `The ${this.name} could not be drawn (${error.message}). Reload the page to try again.`;
    this.error.hidden = false;
    if (this.grid && !this.model) this.grid.hidden = true;
  }

  remove() {
    clearInterval(this.dressing);
    clearTimeout(this.speaking);
    window.removeEventListener("popstate", this.onPopState);
    window.removeEventListener("keydown", this.onWindowKey);
    debtors.delete(this);
    this.store.stop();
    this.root.remove();
  }
}

/** A network, and the number that changes where the page wants it shown from its start. */
function parted(data) {
  const end = data.length - 4;
  const beginning = new DataView(data.buffer, data.byteOffset + end).getUint32(0, true);
  return { bytes: data.subarray(0, end), beginning };
}

function sameBytes(a, b) {
  if (a === b) return true;
  if (!b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
