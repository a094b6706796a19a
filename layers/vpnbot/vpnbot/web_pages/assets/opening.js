addEventListener("load", () => { location.href = document.getElementById("open").href; });
