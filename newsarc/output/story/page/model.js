// The story: its events and links, who is whose neighbour, and what passes the reader's filters.

/** The story that stands in the page as JSON. Events and links are called by their places in it. */
class Story {
  constructor(record) {
    setFolding(record.folding);
    this.start = record.start;
    this.events = record.events;
    this.links = record.links;
    this.names = this.events.map(() => []); // the links of an event to those that it names
    this.namedBy = this.events.map(() => []);
    this.links.forEach((link, at) => {
      this.names[link.source].push(at);
      this.namedBy[link.target].push(at);
    });
    this.texts = this.events.map((event, at) => fold(this.wordsOf(event, at)));
  }

  wordsOf(event, at) {
    const contexts = [...this.names[at], ...this.namedBy[at]].flatMap((link) => this.links[link].contexts);
    const sources = event.sources.map((source) => source.label);
    return [event.headline, event.day ?? "", ...event.topics, event.summary ?? "", ...sources, ...contexts].join("\n");
  }

  /** Return the contexts of all links with the number of links that carry them, most first. */
  contexts() {
    const counts = new Map();
    for (const link of this.links) {
      for (const name of link.contexts) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  }

  degree(at) {
    return this.names[at].length + this.namedBy[at].length;
  }

  /** Return the places of the events and of the links that pass a query and a set of contexts (empty: all). */
  passing(query, contexts) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const has = (link) => contexts.size === 0 || link.contexts.some((name) => contexts.has(name));
    const links = this.links.map((_, at) => at).filter((at) => has(this.links[at]));
    const linked = new Set(links.flatMap((at) => [this.links[at].source, this.links[at].target]));
    const events = this.events
      .map((_, at) => at)
      .filter((at) => contexts.size === 0 || linked.has(at))
      .filter((at) => words.every((word) => this.texts[at].includes(word)));
    const shown = new Set(events);
    return { events, links: links.filter((at) => shown.has(this.links[at].source) && shown.has(this.links[at].target)) };
  }
}
