// What tests measure on a page. Each answers with what is wrong, told so that a person finds the place.

window.measure = (() => {
  const EDITOR = ".editor";  // which has a layout and a focus of its own
  const UNSEEN = ".unseen, .skip";  // read aloud, not shown

  const told = (one) => {
    const words = (one.getAttribute("aria-label") || one.textContent || "").trim().slice(0, 40);
    return `${one.tagName.toLowerCase()}${one.id && `#${one.id}`}.${one.getAttribute("class") ?? ""} “${words}”`;
  };
  const shown = (one) => one.checkVisibility({ checkVisibilityCSS: true }) && !one.closest(UNSEEN);
  const all = (within = document.body) => [...within.querySelectorAll("*")].filter((one) => !one.closest(EDITOR));

  // What makes the page wider than its window.
  const wider = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const past = all().filter((one) => shown(one) && one.getBoundingClientRect().right > width + 1 && !scrolls(one.parentElement));
    return [`${document.documentElement.scrollWidth} pixels in ${width}`, ...past.slice(0, 5).map(told)];
  };
  const scrolls = (one) => one && (["auto", "scroll"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));

  // Text that its own box cuts off.
  const clipped = () => all().filter((one) => {
    const style = getComputedStyle(one);
    const cuts = (way) => ["hidden", "clip"].includes(way);
    if (!one.textContent.trim() || !shown(one) || one.closest("svg, select, [aria-hidden=true]")) return false;
    return (cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
      || (cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
  }).map(told);

  // Fields and buttons that are too narrow for what is written on them.
  const cramped = () => [...document.querySelectorAll("button, .button")]
    .filter((one) => shown(one) && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
    .map(told);

  const moving = () => all(document.documentElement).filter((one) => ["", "::before", "::after"].some((part) => {
    const style = getComputedStyle(one, part);
    const long = (times) => times.split(",").some((time) => parseFloat(time) > 0.001);
    return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
  }) || getComputedStyle(one).scrollBehavior === "smooth").map(told);

  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const focusable = () => [...document.querySelectorAll(FOCUSABLE)].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ checkVisibilityCSS: true })
      && (one.tagName !== "SUMMARY" || one === one.parentElement.querySelector("summary")),
  );

  const parsed = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(srgb") ? [...found.slice(0, 3).map((part) => part * 255), found[3] ?? 1] : [...found.slice(0, 3), found[3] ?? 1];
  };
  const over = (above, below) => [0, 1, 2].map((part) => above[part] * above[3] + below[part] * (1 - above[3])).concat(1);
  const ground = (one) => {
    if (!one) return parsed(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)");
    const own = parsed(getComputedStyle(one).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(one.parentElement));
  };
  const luminance = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, part) => {
    const value = colour[part] / 255;
    return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };

  // The colours of all text and of what is behind it, each pair once, as numbers from 0 to 255.
  const pairs = () => [...new Set([...document.body.querySelectorAll("*")]
    .filter((one) => shown(one) && [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim()))
    .filter((one) => !one.closest("option, svg"))
    .map((one) => {
      const behind = ground(one);
      return JSON.stringify([over(parsed(getComputedStyle(one).color), behind), behind].map((part) => part.slice(0, 3).map(Math.round)));
    }))].map(JSON.parse);

  const outlined = (one) => {
    const place = one.closest(EDITOR) ?? one;
    const style = getComputedStyle(place);
    const behind = ground(parseFloat(style.outlineOffset) < 0 ? place : place.parentElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && contrast(over(parsed(style.outlineColor), behind), behind) >= 3;
  };
  // Some part of it is within the window and on top of everything else.
  const uncovered = (one) => {
    const place = one.closest(EDITOR) ?? one;
    return [...place.getClientRects()].some((box) => {
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      return [0.1, 0.5, 0.9].some((along) => {
        const hit = document.elementFromPoint(left + (right - left) * along, top + (bottom - top) / 2);
        return hit && (place.contains(hit) || hit.contains(place));
      });
    });
  };

  // What shows too little that it has the focus, or is covered by something while it has.
  const unfocused = (most) => focusable().slice(0, most).flatMap((one) => {
    one.focus();
    const wrong = [];
    if (document.activeElement !== one) wrong.push("cannot be focused");
    else {
      if (!outlined(one)) wrong.push("shows no focus");
      if (!uncovered(one)) wrong.push("is covered");
    }
    return wrong.map((what) => `${told(one)} ${what}`);
  });

  // Where the parts that every page has lead, in their order.
  const navigation = () => [...document.querySelectorAll("header nav:first-of-type a, footer li > a")]
    .map((one) => one.textContent.trim());

  const current = () => focusable().indexOf(document.activeElement);

  return { pairs, wider, clipped, cramped, moving, unfocused, navigation, focusable, current, told };
})();
