// The two Vega diagrams: curves beside the list, and the overview with a linear time scale.
// curves.json and overview.json define their shapes, page.css their colours.

const HOW = { mode: "vega", ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false, hover: false };
const [SIDES, AXIS] = [32, 26]; // the padding of overview.json

/** A Vega view in an element. Calls back with the event that is hovered over or clicked, and with hovered links. */
class Picture {
  static async draw(kind, place, spec, story, callbacks) {
    const { view } = await vegaEmbed(place, spec, HOW);
    return new kind(view, place, story, callbacks);
  }

  constructor(view, place, story, { hovered, chosen, pointed }) {
    this.view = view;
    this.place = place;
    this.story = story;
    view.signal("start", story.start ?? -1);
    view.addEventListener("mouseover", (happened, item) => {
      if (item?.mark.name === "dots") hovered(item.datum.at);
      if (item?.mark.name === "touch") pointed(item.datum, happened);
    });
    view.addEventListener("mouseout", (happened, item) => {
      if (item?.mark.name === "dots") hovered(null);
      if (item?.mark.name === "touch") pointed(null);
    });
    view.addEventListener("click", (happened, item) => {
      if (item?.mark.name === "dots") chosen(item.datum.at);
    });
    this.svg?.setAttribute("focusable", "false");
  }

  get svg() {
    return this.place.querySelector("svg");
  }

  activate(at) {
    this.place.classList.toggle("is-active", at !== null);
    return this.view.signal("active", at ?? -1).runAsync();
  }
}

/** The curves beside the list, with each dot at the first line of its row. */
class Curves extends Picture {
  draw(places, links, width, height) {
    const { story } = this;
    // Do not redraw the same: new marks would replace the one under the mouse.
    const wanted = JSON.stringify([[...places], links, width, height]);
    if (wanted === this.drawn) return undefined;
    this.drawn = wanted;
    const events = [...places].map(([at, y]) => ({ at, y, degree: story.degree(at) }));
    const curves = links
      .map((at) => ({ at, ...story.links[at] }))
      .filter(({ source, target }) => source !== target)
      .map((link) => ({ ...link, from: places.get(link.source), to: places.get(link.target) }));
    return this.view.width(width).height(height).data("nodes", events).data("edges", curves).runAsync();
  }
}

/** The overview: all dated events, and arcs for the links among them. */
class Overview extends Picture {
  constructor(view, place, story, callbacks) {
    super(view, place, story, callbacks);
    this.times = story.events.map((event) => timeOf(event.day));
    const known = this.times.filter((time) => time !== null);
    const [first, last] = [Math.min(...known), Math.max(...known)];
    const margin = Math.max(DAY, (last - first) * 0.02);
    this.span = [first - margin, last + margin];
    view.signal("span", this.span).signal("domain", this.span);
  }

  /** Whether the events have different days. */
  static isWorthwhile(story) {
    return new Set(story.events.map((event) => event.day).filter(Boolean)).size > 1;
  }

  draw(events, links) {
    const { story, times, place } = this;
    const wanted = JSON.stringify([events, links, place.clientWidth, place.clientHeight]);
    if (wanted === this.drawn) return undefined;
    this.drawn = wanted;
    const dots = events
      .filter((at) => times[at] !== null)
      .map((at) => ({ at, time: times[at], degree: story.degree(at) }));
    const arcs = links
      .map((at) => story.links[at])
      .filter(({ source, target }) => times[source] !== null && times[target] !== null && source !== target)
      .map(({ source, target }) => ({ source, target, from: times[source], to: times[target] }));
    return this.view
      .width(place.clientWidth - SIDES)
      .height(place.clientHeight - AXIS)
      .data("nodes", dots)
      .data("edges", arcs).runAsync();
  }

  /** Mark the time span of the events that are visible in the list. */
  read(first, last) {
    return this.view.signal("read", [timeOf(first) ?? 0, timeOf(last) ?? 0]).runAsync();
  }

  /** Zoom by a factor around the middle; without a factor, reset the zoom. */
  zoom(factor) {
    const [first, last] = this.view.signal("domain");
    const middle = (first + last) / 2;
    const half = ((last - first) / 2) * (factor ?? 1);
    const wanted = factor ? [Math.max(this.span[0], middle - half), Math.min(this.span[1], middle + half)] : this.span;
    return this.view.signal("domain", wanted).runAsync();
  }
}
