// Colours: of heads, of weights, and of the page's theme.

const names = ["background", "surface", "text", "muted", "accent", "line"];
const headColours = 12;
const listeners = new Set();
let current = null;
let probe = null;

/** The page's colours as CSS strings that a canvas understands, `dark`, and `heads`; read from CSS once for each theme. */
export function theme() {
  if (current) return current;
  const colours = {};
  for (const name of names) colours[name] = resolved(`--${name}`);
  colours.heads = Array.from({ length: headColours }, (_, index) => resolved(`--head-${index}`));
  colours.dark = lightness(colours.background) < 0.5;
  current = colours;
  return current;
}

/** The colour of a head by its number in the model; repeats after twelve. */
export function headColour(index) {
  return theme().heads[index % headColours];
}

/** Calls `listener` when the theme changes; returns a function that ends it. */
export function onThemeChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function themeChanged() {
  current = null;
  for (const listener of listeners) listener();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themeChanged);
new MutationObserver(themeChanged).observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });

/** A custom property's colour, computed by the browser, so that var() and light-dark() work too. */
function resolved(property) {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}

/** How light a CSS colour is, from 0 to 1. */
function lightness(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** Where a weight lies between no colour (0) and full colour (1): linear to `maximum`, or over four powers of ten below it. */
export function intensity(weight, maximum, logScale) {
  if (!(weight > 0) || !(maximum > 0)) return 0;
  const share = weight / maximum;
  return Math.min(1, logScale ? Math.max(0, 1 + Math.log10(share) / 4) : share);
}

/**
 * The colour of a value from 0 to 1 as [red, green, blue]. Lightness is linear in OKLab (Ottosson 2020), which makes equal
 * steps of the value equal steps to the eye; hue turns from blue-green to violet, so that it reads without colour vision too.
 */
export function heat(value, dark) {
  const ramp = dark ? darkRamp : lightRamp;
  return ramp[Math.round(Math.min(1, Math.max(0, value)) * (ramp.length - 1))];
}

const lightRamp = ramp({ lightness: [0.985, 0.28], chroma: [0.0, 0.145, 0.13], hue: [205, 295] });
const darkRamp = ramp({ lightness: [0.2, 0.95], chroma: [0.015, 0.15, 0.09], hue: [290, 175] });

function ramp({ lightness, chroma, hue }) {
  return Array.from({ length: 256 }, (_, step) => {
    const t = step / 255;
    const amount = t < 0.5
      ? chroma[0] + (chroma[1] - chroma[0]) * 2 * t
      : chroma[1] + (chroma[2] - chroma[1]) * (2 * t - 1);
    return fromOKLCH(lightness[0] + (lightness[1] - lightness[0]) * t, amount, hue[0] + (hue[1] - hue[0]) * t);
  });
}

/** OKLCH to 8-bit sRGB, with less chroma where sRGB has none so strong. */
function fromOKLCH(lightness, chroma, hue) {
  for (let amount = chroma; ; amount -= 0.005) {
    const a = Math.max(0, amount) * Math.cos((hue * Math.PI) / 180);
    const b = Math.max(0, amount) * Math.sin((hue * Math.PI) / 180);
    const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const linear = [
      4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
      -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
      -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    ];
    if (amount <= 0 || linear.every((part) => part >= 0 && part <= 1)) return linear.map(encoded);
  }
}

function encoded(linear) {
  const part = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
}
