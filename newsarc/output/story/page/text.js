"use strict";
// Text and dates for reading. Archive text is only ever added to the page as text nodes.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = 86400000;

/** Return a new element; children are elements or strings, and strings become text nodes. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

/** Whether the list and the panel are side by side; on small screens the panel covers the lower part of the list. */
function isWide() {
  return matchMedia("(min-width: 1000px)").matches;
}

const ABBREVIATION =
  /(?<![\p{L}\p{N}])\p{L}\p{M}*(?:\.\p{L}\p{M}*(?![\p{L}\p{N}]))+(?:\.(?![\p{L}\p{N}]))?/gu;
const folding = { marks: /[\u0300-\u036f]/gu, characters: {} };

/** Set the tables for fold(), which newsarc puts into the page. */
function setFolding({ marks, characters }) {
  folding.marks = new RegExp(`[${marks}]|\\p{Cf}`, "gu");
  folding.characters = characters;
}

/** Return folded text: spellings that newsarc's search considers the same become equal. */
function fold(text) {
  const characters = [...text.normalize("NFKD").replace(folding.marks, "")];
  const folded = (char) => folding.characters[char] ?? folding.characters[char.toLowerCase()] ?? char.toLowerCase();
  const plain = characters.map(folded).join("");
  // The dots of an abbreviation: U.S. is US.
  return plain.replace(ABBREVIATION, (found) => found.replaceAll(".", ""));
}

function plural(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return the milliseconds of an ISO day at midnight UTC; null for an event without a day. */
function timeOf(day) {
  return day ? Date.parse(`${day}T00:00:00Z`) : null;
}

function yearOf(day) {
  return day ? day.slice(0, 4) : "No date";
}

function shortDate(day) {
  return day ? `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}` : "";
}

/** Return the height of a gap of so many days: it grows with the square root, up to a limit. */
function roomForGap(days) {
  return days > 0 ? Math.min(36, Math.round(3.2 * Math.sqrt(days))) : 0;
}

/** Return "5 months later" for a long gap, else an empty string; the same as later() in svg.py. */
function later(days) {
  if (days < 56) return "";
  if (days < 700) return `${plural(Math.round(days / 30.44), "month")} later`;
  return `${plural(Math.round(days / 365.25), "year")} later`;
}
