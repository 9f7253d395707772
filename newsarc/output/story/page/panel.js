// The panel with the details of one event.

/** The panel. Calls back when the user jumps to another event, shows this one in the list, or closes the panel. */
class Panel {
  constructor(story, { jumped, closed, revealed }) {
    this.story = story;
    this.panel = byId("panel");
    this.jumped = jumped;
    this.panel.addEventListener("click", (happened) => {
      const target = happened.target.closest("[data-jump], [data-close], [data-reveal]");
      if (target?.hasAttribute("data-close")) closed();
      else if (target?.hasAttribute("data-reveal")) revealed();
      else if (target) jumped(Number(target.dataset.jump));
    });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  show(at) {
    const event = this.story.events[at];
    this.panel.replaceChildren(
      element(
        "div",
        { class: "panel-top" },
        element("p", { class: "when" }, element("time", { datetime: event.day }, event.when)),
        element("button", { type: "button", class: "reveal", "data-reveal": true }, "Show in the list"),
        element("button", { type: "button", class: "round", "data-close": true, "aria-label": "Close" }, "×"),
      ),
      element("h2", { id: "panel-headline", tabindex: "-1", dir: "auto", lang: event.lang }, event.headline),
      ...this.body(event, at).filter(Boolean),
    );
    this.panel.setAttribute("aria-labelledby", "panel-headline");
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
  }

  body(event, at) {
    const { lang } = event;
    return [
      event.topics.length ? element("p", { class: "topics", dir: "auto", lang }, event.topics.join(" · ")) : null,
      event.summary ? element("p", { class: "summary", dir: "auto", lang }, event.summary) : null,
      ...this.sources(event),
      ...this.relations("Links to", "is-named", this.story.outgoing[at], "target"),
      ...this.relations("Linked from", "is-naming", this.story.incoming[at], "source"),
      outside(event) ? element("p", { class: "outside" }, outside(event)) : null,
      element("p", { class: "ref" }, element("code", {}, `newsarc show ${event.ref}`)),
    ];
  }

  sources(event) {
    if (event.sources.length === 0) return [];
    const items = event.sources.map((source) =>
      element("li", { dir: "auto" }, source.url ? outwards(source) : source.label),
    );
    return [element("h3", {}, "Sources"), element("ul", { class: "sources" }, ...items)];
  }

  relations(title, kind, links, end) {
    if (links.length === 0) return [];
    const others = links.map((link) => this.story.links[link]).sort((one, other) => one[end] - other[end]);
    const items = others.map((link) => this.relation(this.story.events[link[end]], link[end], link.contexts));
    const count = element("span", { class: "count" }, String(links.length));
    return [element("h3", { class: kind }, title, " ", count), element("ul", { class: `relations ${kind}` }, ...items)];
  }

  relation(event, at, contexts) {
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", "data-jump": String(at) },
        element("time", { datetime: event.day }, event.day ?? "No date"),
        element("span", { dir: "auto", lang: event.lang }, event.headline),
      ),
      contexts.length ? element("p", { class: "link-contexts", dir: "auto" }, contexts.join(" · ")) : null,
    );
  }

  focus() {
    byId("panel-headline")?.focus({ preventScroll: true });
  }

  close() {
    this.panel.hidden = true;
    this.panel.replaceChildren();
  }
}

/** Return a link to a source; newsarc puts only http and https URLs into the page. */
function outwards(source) {
  const host = source.url.replace(/^https?:\/\/(www\.)?/i, "").split(/[/?#]/)[0];
  return element(
    "a",
    { href: source.url, target: "_blank", rel: "noopener noreferrer" },
    source.label || host,
    source.label && host ? element("span", { class: "host" }, ` ${host}`) : null,
  );
}

function outside(event) {
  const parts = [];
  if (event.outside) parts.push(`It links to ${plural(event.outside, "event")} not shown here.`);
  if (event.broken) parts.push(`${event.broken} of its related links ${event.broken === 1 ? "is" : "are"} broken.`);
  return parts.join(" ");
}
