// Vega without code made at run time (ast), so that the page's Content-Security-Policy can forbid it.
const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
  tooltip: { disableDefaultStyle: true } };
for (const plot of document.querySelectorAll(".plot")) {
  const spec = JSON.parse(plot.nextElementSibling.textContent);
  vegaEmbed(plot, spec, options).then(
    () => { plot.dataset.drawn = "yes"; },
    (error) => { plot.textContent = "This plot could not be drawn; its numbers are below."; console.error(error); },
  );
}
