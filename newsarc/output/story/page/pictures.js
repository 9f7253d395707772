// The two drawings, both by Vega: curves beside the list, and the overview on a true scale of time.
// Their shapes are specified in curves.json and overview.json, their colours in page.css.

const HOW = { mode: "vega", ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false, hover: false };
const [SIDES, AXIS] = [32, 26]; // what overview.json keeps free around the plot

/** A Vega view in an element. Calls back with the event that the mouse is on or clicks on, and with links under it. */
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

/** The curves beside the list: as high as the list, each dot on the first line of its row. */
class Curves extends Picture {
  draw(places, links, width, height) {
    const { story } = this;
    // What is drawn already stays: new marks would take away the one that the mouse is on.
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

/** The overview: all events that have a day, and arcs for the links among them. */
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

  /** Whether there is a stretch of time to show. */
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

  /** Show which stretch of time the reader has on the screen. */
  read(first, last) {
    return this.view.signal("read", [timeOf(first) ?? 0, timeOf(last) ?? 0]).runAsync();
  }

  /** Zoom by a factor around the middle; without a factor, show all of the time. */
  zoom(factor) {
    const [first, last] = this.view.signal("domain");
    const middle = (first + last) / 2;
    const half = ((last - first) / 2) * (factor ?? 1);
    const wanted = factor ? [Math.max(this.span[0], middle - half), Math.min(this.span[1], middle + half)] : this.span;
    return this.view.signal("domain", wanted).runAsync();
  }
}
