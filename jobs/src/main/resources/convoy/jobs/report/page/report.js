// Sorts a table by the column whose heading is pressed: numbers as numbers, what is empty last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const isNumber = heading.classList.contains("n");
      const key = (row) => row.cells[column].dataset.v;
      const rows = [...body.rows].sort((left, right) => {
        const a = key(left);
        const b = key(right);
        if (a === "" || b === "") return (a === "") - (b === "");
        const order = isNumber ? Number(a) - Number(b) : a.localeCompare(b);
        return up ? order : -order;
      });
      body.append(...rows);
    });
  });
}
