// The page's half of a panel: native controls with names, and a canvas that is painted, never replaced.
//
// To the kernel go: hello, set, press, save, bye. From it come: frame (a rectangle of the picture), go (positions to
// move to), work (how far a long piece of work is), note. Only the latest wish of the hand is sent, and never
// more than AHEAD of them before the kernel has answered: so the picture cannot trail behind.

const AHEAD = 2;
const STALL = 25; // ms more than the kernel took, from its "busy" to its picture
const REST = 250; // ms without a movement, after which it counts as one to undo
const PATIENCE = 5000; // ms without an answer, after which the kernel is asked again
const SILENT = "No answer from Python: it is busy, or it has been restarted. Wait, or run the cell again.";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  // JupyterLab takes the arrow keys for itself unless the very element that has the focus asks it not to.
  if (["button", "input", "select", "summary", "pre"].includes(tag)) node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

/** One control: how to read its position, set it, and hear of it. */
function control(spec, id, moved) {
  const name = make("label", { for: id, title: spec.tip }, spec.label);
  const said = make("output", { for: id });
  const note = spec.tip ? make("span", { id: `${id}-tip`, class: "crunch-tip" }, spec.tip) : "";
  const shared = { id, title: spec.tip, "aria-describedby": spec.tip ? `${id}-tip` : null };
  let input;
  if (spec.kind === "slider") {
    input = make("input", { ...shared, type: "range", min: 0, max: spec.said.length - 1, step: 1 });
  } else if (spec.kind === "choice") {
    input = make("select", shared, ...spec.said.map((text, i) => make("option", { value: i }, text)));
  } else {
    input = make("input", { ...shared, type: "checkbox" });
  }
  const read = () => (spec.kind === "switch" ? Number(input.checked) : Number(input.value));
  const speak = (between) => {
    if (spec.kind !== "slider") return;
    const text = between ?? spec.said[read()];
    said.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const set = (at, between) => {
    if (spec.kind === "switch") input.checked = Boolean(at);
    else if (read() !== at) input.value = String(at);
    speak(between);
  };
  input.addEventListener("input", () => { speak(); moved(false); });
  input.addEventListener("change", () => { speak(); moved(true); });
  if (spec.kind === "switch") input.checked = Boolean(spec.start);
  else input.value = String(spec.start);
  speak();
  const row = make("div", { class: `crunch-control crunch-${spec.kind}` }, name, input, spec.kind === "slider" ? said : "", note);
  return { row, read, set, steps: spec.kind !== "slider" };
}

/** The canvas and the queue of rectangles to paint on it, each decoded off the page's thread. */
function picture(width, height) {
  const canvas = make("canvas", { class: "crunch-picture", role: "img", width, height });
  canvas.style.width = `${width}px`;
  canvas.style.aspectRatio = `${width} / ${height}`;
  const brush = canvas.getContext("2d");
  let queue = Promise.resolve();
  async function paint(size, places, data, done) {
    const decode = (part) => createImageBitmap(new Blob([part], { type: "image/png" }));
    const bitmaps = await Promise.all(data.map(decode)); // all are there before the first is painted
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    bitmaps.forEach((bitmap, i) => { brush.drawImage(bitmap, ...places[i]); bitmap.close(); });
    done();
  }
  return { canvas, add: (...frame) => { queue = queue.then(() => paint(...frame)).catch(console.error); } };
}

function saver(spec, send, note) {
  const name = make("input", { type: "text", value: spec.file, "aria-label": "File name", spellcheck: "false" });
  const kinds = ["png", "svg", "pdf"].map((kind) => make("input", { type: "checkbox", value: kind }));
  kinds[0].checked = true;
  const button = make("button", { type: "submit" }, "Save");
  const boxes = kinds.map((box) => make("label", {}, box, ` ${box.value.toUpperCase()}`));
  const form = make("form", {}, make("label", {}, "File name ", name), ...boxes, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const formats = kinds.filter((box) => box.checked).map((box) => box.value);
    note("Saving …");
    send({ kind: "save", name: name.value, formats });
  });
  return make("details", {}, make("summary", {}, "Export this chart"), form);
}

function listing() {
  const code = make("code");
  const copy = make("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  const box = make("details", {}, make("summary", {}, "The code for this"), make("pre", { tabindex: 0 }, code), copy);
  return { box, set: (text) => { code.textContent = text; } };
}

function render({ model, el }) {
  const spec = model.get("spec");
  const view = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const id = `crunch-${view}`; // each panel loads this file anew, so that counting would give each the same
  const send = (message, callbacks) => model.send({ ...message, view }, callbacks);

  // --- the page
  const { canvas, add } = picture(spec.width, spec.height);
  canvas.setAttribute("aria-label", spec.alt);
  const said = make("p", { class: "crunch-said", role: "status", tabindex: 0, hidden: !spec.lines });
  said.style.setProperty("--lines", spec.lines);
  const trouble = make("pre", { class: "crunch-trouble", role: "alert", hidden: true });
  const shown = make("div", { class: "crunch-shown" }, canvas, trouble);
  const note = make("p", { class: "crunch-note", role: "status" });
  note.style.setProperty("--lines", spec.slow.length ? 3 : 1); // room for what slow work has to say
  const tell = (text) => { note.textContent = text; };
  const controls = {};
  const rows = make("div", { class: "crunch-controls" });
  const held = spec.held ? make("p", { class: "crunch-note" }, spec.held) : "";
  spec.controls.forEach((each, i) => {
    controls[each.name] = control(each, `${id}-${i}`, (settled) => moved(settled, each.name));
    rows.append(controls[each.name].row);
  });
  const buttons = {};
  const bar = make("div", { class: "crunch-buttons" });
  for (const { name, label, tip } of spec.buttons) {
    buttons[name] = make("button", { type: "button", title: tip }, label);
    buttons[name].addEventListener("click", () => press(name));
    bar.append(buttons[name]);
  }
  const part = make("progress", { "aria-label": "Progress", max: 1 });
  const cancel = make("button", { type: "button" }, "Cancel");
  cancel.addEventListener("click", () => press("cancel"));
  const doing = make("span");
  const work = make("div", { class: "crunch-work", hidden: true }, doing, part, cancel);
  bar.append(work);
  const code = listing();
  const extras = make("div", { class: "crunch-extras" });
  if (!spec.alone) extras.append(saver(spec, send, tell));
  if (spec.code) extras.append(code.box);
  const root = make("div", {
    class: "crunch-panel", role: "group", "aria-label": spec.title,
  }, shown, said, rows, held, bar, note, extras);
  el.append(root);

  // --- the hand: only its latest wish counts
  let silent = 0, sent = 0, answered = 0, wish = null, since = 0, going = 0, resting = 0, touched = "", last = positions();
  function positions() {
    return Object.fromEntries(Object.entries(controls).map(([name, each]) => [name, each.read()]));
  }
  function moved(settled, name) {
    going += 1; // a hand on a control ends a movement that was under way
    if (resting && name !== touched) settle(last); // and on another one, what it did before
    touched = name;
    want(settled);
  }
  function want(settled) {
    const now = positions();
    if (Object.keys(now).some((name) => now[name] !== last[name])) { // a key sends "input" and then "change"
      wish = last = now;
      push();
    }
    clearTimeout(resting);
    if (settled) resting = setTimeout(() => settle(), REST);
  }
  function settle(at = positions()) { // where a hand has come to rest is where undo leads back to
    clearTimeout(resting);
    resting = 0;
    send({ kind: "settle", at });
  }
  function press(button) {
    if (resting) settle();
    send({ kind: "press", button });
  }
  function push() {
    if (!wish || (sent - answered >= AHEAD && performance.now() - since < PATIENCE)) return;
    since = performance.now();
    const at = wish;
    wish = null;
    send({ kind: "set", n: (sent += 1), at }, { iopub: { status: heed } });
    clearTimeout(silent);
    silent = setTimeout(() => tell(SILENT), PATIENCE);
  }
  // A server that leaves Nagle's algorithm on holds the picture back until this end has confirmed the kernel's
  // "busy", which it does after 40 ms, or at once together with anything it has to say. Where that is seen to
  // happen, it says something.
  let busy = 0, stalls = false;
  function heed(message) {
    if (message.content.execution_state !== "busy") return;
    busy = performance.now();
    if (stalls) send({ kind: "nudge" });
  }
  function clock(took) {
    if (busy && performance.now() - busy > took + STALL) stalls = true;
    busy = 0;
  }
  function go(to, ms) {
    const mine = (going += 1);
    const from = positions();
    const start = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      if (mine !== going) return;
      const t = still ? 1 : Math.min((performance.now() - start) / ms, 1);
      const ease = t * (2 - t);
      for (const [name, at] of Object.entries(to)) {
        controls[name]?.set(controls[name].steps ? at : Math.round(from[name] + ease * (at - from[name])));
      }
      want(t === 1);
      if (t < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  // --- the kernel
  const heard = {
    frame(message, buffers) {
      if (message.view === view) {
        answered = Math.max(answered, message.n);
        if (answered === sent) clearTimeout(silent);
        if (note.textContent === SILENT) tell("");
        clock(message.took);
      }
      if (message.places.length) {
        add(message.size, message.places, buffers, () => { root.dataset.frame = `${message.count}`; });
      }
      if (!wish && sent === answered) {
        for (const [name, at] of Object.entries(message.at)) controls[name].set(at, message.said_at[name]);
        last = positions();
      }
      root.classList.toggle("crunch-broken", Boolean(message.error));
      trouble.hidden = !message.error;
      trouble.textContent = message.error ?? "";
      if (!message.error) {
        said.textContent = message.said;
        canvas.setAttribute("aria-label", message.alt);
        code.set(message.code);
      }
      if (buttons.undo) buttons.undo.disabled = !message.undo;
      push();
    },
    go(message) { if (!message.view || message.view === view) go(message.at, message.ms); },
    work(message) {
      work.hidden = !message.doing;
      doing.textContent = message.doing ?? "";
      if (message.part == null) part.removeAttribute("value");
      else part.value = message.part;
      for (const name of spec.slow) if (buttons[name]) buttons[name].disabled = Boolean(message.doing);
    },
    note(message) { tell(message.text); },
  };
  const hear = (message, buffers) => heard[message.kind]?.(message, buffers);
  model.on("msg:custom", hear);
  send({ kind: "hello", ratio: window.devicePixelRatio || 1 });
  return () => {
    going += 1;
    clearTimeout(silent);
    model.off("msg:custom", hear);
    try { send({ kind: "bye" }); } catch { /* the kernel may be gone before the page is */ }
  };
}

export default { render };
