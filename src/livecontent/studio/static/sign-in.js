// A token in the fragment of a link: it goes into the field, and out of the address. Who follows the link still says yes.

function takeToken() {
  const found = /^#token=(lc_[a-z0-9]{8}_[A-Za-z0-9_-]{43})$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("token").value = found[1];
  document.getElementById("from-link").hidden = false;
  document.querySelector(".panel button").focus();
}

addEventListener("hashchange", takeToken);
takeToken();
