// Choosing the square of a photo before it is sent. Without this the middle is kept.

const FACE = 224;

for (const input of document.querySelectorAll("input[type=file][data-crops]")) {
  const cropper = document.getElementById(input.dataset.crops);
  const view = cropper.querySelector(".cropper-window");
  const picture = view.querySelector("img");
  const slider = (name) => cropper.querySelector(`[name=${name}]`);
  const value = (name) => Number(slider(name).value);

  // The same arithmetic as people/photos.py: the window shows the square, and nothing beside it.
  const room = () => {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const scale = (view.clientWidth * value("zoom")) / 100 / Math.min(width, height);
    const shown = { width: width * scale, height: height * scale };
    return {
      ...shown,
      across: shown.width - view.clientWidth,
      down: shown.height - view.clientHeight,
    };
  };
  const draw = () => {
    if (!picture.naturalWidth) return;
    const shown = room();
    picture.style.width = `${shown.width}px`;
    picture.style.height = `${shown.height}px`;
    picture.style.left = `${(-shown.across * value("across")) / 100}px`;
    picture.style.top = `${(-shown.down * value("down")) / 100}px`;
    preview();
  };

  // The faces of the preview show the new photo, and the old one again once it is chosen no more.
  const old = new WeakMap();
  const faces = () => document.querySelectorAll("#preview .face");
  const square = () => {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const side = (Math.min(width, height) * 100) / value("zoom");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = FACE;
    const [left, top] = [(width - side) * value("across"), (height - side) * value("down")];
    canvas
      .getContext("2d")
      .drawImage(picture, left / 100, top / 100, side, side, 0, 0, FACE, FACE);
    return canvas.toDataURL("image/jpeg");
  };
  const preview = () => {
    const source = cropper.hidden ? "" : square();
    for (const face of faces()) {
      if (!old.has(face)) old.set(face, [...face.childNodes]);
      const shown = document.createElement("img");
      shown.src = source;
      shown.alt = "";
      face.replaceChildren(...(source ? [shown] : old.get(face)));
    }
  };

  // What was said of the photo before is not said of this one.
  const forgive = () => {
    document.getElementById("photo-again")?.remove();
    const error = document.getElementById(`${input.id}-error`);
    if (!error) return;
    const described = (input.getAttribute("aria-describedby") || "").replace(error.id, "").trim();
    input.setAttribute("aria-describedby", described);
    input.removeAttribute("aria-invalid");
    error.remove();
    const told = document.querySelector(`[data-form-errors] a[href="#${input.id}"]`);
    const summary = told?.closest("[data-form-errors]");
    told?.closest("li").remove();
    if (summary && !summary.querySelector("li")) summary.remove();
  };
  const begin = () => {
    slider("zoom").value = 100;
    slider("across").value = slider("down").value = 50;
    draw();
  };

  input.addEventListener("change", () => {
    const [file] = input.files;
    cropper.hidden = true;
    forgive();
    preview();
    if (!file || !file.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      if (input.files[0] === file) picture.src = reader.result;
    });
    reader.readAsDataURL(file);
  });
  picture.addEventListener("load", () => {
    cropper.hidden = false;
    begin();
  });
  // What the browser cannot show, the server may still read, or says why not.
  picture.addEventListener("error", () => {
    cropper.hidden = true;
    preview();
  });
  cropper.addEventListener("input", draw);
  document.addEventListener("htmx:afterSwap", preview);
  window.addEventListener("resize", draw);

  let held = null;
  view.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, across: value("across"), down: value("down") };
    view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    if (!held) return;
    const shown = room();
    const moved = (start, by, most) => (most > 0 ? start - (by / most) * 100 : start);
    slider("across").value = moved(held.across, event.clientX - held.x, shown.across);
    slider("down").value = moved(held.down, event.clientY - held.y, shown.down);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    view.addEventListener(name, () => {
      held = null;
    });
  }
}
