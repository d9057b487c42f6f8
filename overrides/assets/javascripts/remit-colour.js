/* Runs before the first paint: says that scripts run, and restores the reader's colour choice. */
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var choice = localStorage.getItem("remit-colour");
    if (choice === "light" || choice === "dark") root.dataset.colour = choice;
  } catch (refused) {
    /* storage is closed: the system's colours apply */
  }
})();
