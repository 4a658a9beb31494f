// What a person with other eyes or fingers would trip over, measured on the page as it stands.
({
  /** Buttons smaller than `least` pixels either way; cells and events have the size of what they stand for. */
  small: (least) => [...document.querySelectorAll("button, a, textarea")]
    .filter((node) => node.offsetParent && !node.closest(".grid"))
    .map((node) => [node.textContent || node.ariaLabel, node.getBoundingClientRect()])
    .filter(([, box]) => Math.round(box.width) < least || Math.round(box.height) < least)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`),

  /** Texts whose contrast with what lies behind them is below `least`. */
  faint: (least) => {
    const numbers = (text) => { const found = text.match(/[\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (node) => {
      let found = [0, 0, 0, 0];
      for (let at = node; at && found[3] < 0.999; at = at.parentElement) {
        const under = numbers(getComputedStyle(at).backgroundColor);
        const share = under[3] * (1 - found[3]);
        found = [0, 1, 2].map((i) => found[i] + under[i] * share).concat(found[3] + share);
      }
      return found.slice(0, 3).map((v) => v + 255 * (1 - found[3]));
    };
    const words = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    return [...document.querySelectorAll("body *")].filter((node) => node.offsetParent && words(node) && !node.closest(":disabled"))
      .map((node) => {
        const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))];
        return [node.textContent.slice(0, 30), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
      }).filter(([, ratio]) => ratio < least).map(([text, ratio]) => `${text}: ${ratio.toFixed(2)}`);
  },
})
