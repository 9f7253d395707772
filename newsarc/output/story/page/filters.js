// The filters: search words, and contexts of links.

/** The search box and the list of contexts. Calls back whenever one of them changes. */
class Filters {
  constructor(story, { changed, entered }) {
    this.contexts = new Set();
    this.box = byId("search");
    this.drawer = byId("contexts");
    this.find = byId("contexts-search");
    this.items = story.contexts().map(([name, number]) => this.makeItem(name, number));
    byId("contexts-list").replaceChildren(...this.items.map(({ item }) => item));
    this.drawer.hidden = this.items.length === 0;
    this.find.hidden = this.items.length < 12;
    this.box.addEventListener("input", changed);
    this.box.addEventListener("keydown", (happened) => {
      if (happened.key === "Enter" || happened.key === "ArrowDown") {
        happened.preventDefault();
        entered();
      }
    });
    this.find.addEventListener("input", () => this.narrow());
    byId("contexts-list").addEventListener("change", (happened) => {
      const { name, checked } = happened.target;
      if (checked) this.contexts.add(name);
      else this.contexts.delete(name);
      this.update();
      changed();
    });
    for (const id of ["contexts-clear", "nothing-clear"]) {
      byId(id).addEventListener("click", () => {
        this.clear();
        changed();
      });
    }
    document.addEventListener("click", (happened) => {
      if (!this.drawer.contains(happened.target)) this.drawer.open = false;
    });
    this.update();
  }

  makeItem(name, number) {
    const box = element("input", { type: "checkbox" });
    box.name = name;
    const label = element(
      "label",
      {},
      box,
      element("span", { class: "name", dir: "auto" }, name),
      element("span", { class: "count" }, String(number)),
    );
    return { name, box, item: element("li", {}, label) };
  }

  get query() {
    return this.box.value;
  }

  get isOn() {
    return this.query.trim() !== "" || this.contexts.size > 0;
  }

  clear() {
    this.box.value = "";
    this.find.value = "";
    this.contexts.clear();
    for (const { box } of this.items) box.checked = false;
    this.narrow();
    this.update();
  }

  narrow() {
    const wanted = fold(this.find.value.trim());
    for (const { name, item } of this.items) item.hidden = !fold(name).includes(wanted);
  }

  update() {
    const number = this.contexts.size;
    byId("contexts-title").textContent = number ? `Contexts: ${number} of ${this.items.length}` : `Contexts ${this.items.length}`;
    this.drawer.classList.toggle("is-on", number > 0);
    byId("contexts-clear").disabled = number === 0;
  }
}
