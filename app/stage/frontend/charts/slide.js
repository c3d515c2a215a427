// A chart as a slide: what Plotly drew, as lines, with its sentence, its caption and the link.

import { snapshot } from "../draw/snapshot.js";
import { createTheme, refreshTheme } from "../draw/theme.js";
import { shareLink } from "../shared/address.js";
import { fileName, save } from "../shared/files.js";

const TALL = 0.75; // of its width: such a picture has its words beside it
const BEYOND = 48; // pixels right of the last cell or point that belong to the picture

/** Saves a chart. asked: what it is asked of, in words; host: an element in the page's style. */
export async function saveSlide(chart, asked, host) {
  const { title = "", lines = [] } = chart.layout?.meta ?? {};
  const image = await imageOf(chart);
  const theme = createTheme();
  refreshTheme(theme, host);
  const surface = {};
  const draw = () => {
    if (!surface.context) return; // the page's own picture stays
    const scale = surface.ratio * Math.min(surface.width / image.width, surface.height / image.height);
    const [wide, high] = [scale * image.width, scale * image.height];
    surface.context.drawImage(image, (surface.ratio * surface.width - wide) / 2, (surface.ratio * surface.height - high) / 2, wide, high);
  };
  const canvas = snapshot({
    pictures: [{ surface, draw }],
    beside: image.height > TALL * image.width ? image.width / image.height : 0,
    title,
    legend: [],
    lines: [...lines, asked].filter(Boolean),
    link: shareLink(),
    theme,
  });
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  save(blob, `${fileName(title)}.png`);
}

/** The layers that Plotly draws, one image, without what is empty beside the plot. */
async function imageOf(chart) {
  const box = chart.getBoundingClientRect();
  const plot = chart.querySelector(".nsewdrag")?.getBoundingClientRect();
  const width = Math.round(plot ? Math.min(box.width, plot.right - box.left + BEYOND) : box.width);
  const height = Math.round(box.height);
  const layers = [...chart.querySelectorAll(".main-svg")].map((layer) => new XMLSerializer().serializeToString(layer));
  const style = `<style>${await fontFaces(getComputedStyle(chart).fontFamily)}</style>`;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${style}${layers.join("")}</svg>`;
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  return image;
}

/** The page's fonts of the first family named, with their files inside: an image may fetch none. */
async function fontFaces(families) {
  const [first] = families.split(",").map((family) => family.trim().replace(/["']/g, ""));
  const sheets = [...document.styleSheets].filter(({ href }) => !href || href.startsWith(location.origin));
  const faces = sheets.flatMap(({ cssRules, href }) => [...cssRules].map((rule) => ({ rule, href })))
    .filter(({ rule }) => rule instanceof CSSFontFaceRule && rule.style.fontFamily.replace(/["']/g, "") === first && rule.style.fontStyle !== "italic");
  const inside = faces.map(async ({ rule, href }) => {
    const [, address] = rule.style.src.match(/url\("?([^")]+)"?\)/) ?? [];
    const blob = await (await fetch(new URL(address, href ?? location.href))).blob();
    return rule.cssText.replace(address, await dataAddress(blob));
  });
  return (await Promise.all(inside)).join("");
}

const dataAddress = (blob) => new Promise((done, failed) => {
  const reader = new FileReader();
  Object.assign(reader, { onload: () => done(reader.result), onerror: () => failed(reader.error) });
  reader.readAsDataURL(blob);
});
