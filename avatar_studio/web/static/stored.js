// Lists that the browser keeps.
/** A list in the browser's storage: {all, change(list -> list), changed: functions that show it}. The page's other tabs change it too, so it
    is read anew before each change, and when one of them has changed it. fits(one): whether an entry is what it should be. */
function storedList(key, fits) {
  const list = { all: read(), change, changed: [] };
  let stored = true;
  addEventListener("storage", (event) => {
    if (event.key !== key || !stored) return;
    list.all = read();
    show();
  });
  return list;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(found) ? found.filter(fits) : [];
    } catch { return []; }  // storage is off, or somebody wrote nonsense there
  }

  /** False when the storage is off or full: the list is there for this visit only. */
  function change(to) {
    list.all = to(stored ? read() : list.all);
    try { localStorage.setItem(key, JSON.stringify(list.all)); stored = true; } catch { stored = false; }
    show();
    return stored;
  }

  function show() { for (const changed of list.changed) changed(); }
}
