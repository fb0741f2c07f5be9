// Where the small map of a large world is on the screen, beside thumbs and buttons.

const SIDE_PX = 116;
const SIDE_PX_SMALL = 84;
/** Of the shorter side of a large screen, which is seen from across a room. */
const SIDE_SHARE = 0.16;
const SMALL_PX = 700;
const MARGIN_PX = 12;
/** A screen that is lower than this is a phone that lies down, and its buttons are on its right edge (match.css). */
const LYING_PX = 512;
/** As far as those buttons reach from the edge that can be used. */
const TOOLS_PX = 72;

/**
 * The left and upper edge and the side of the map on a picture of this size, all in CSS pixels. `notch`: as
 * much of the right edge as the device does not let be used.
 */
export function placeMap(width: number, height: number, touch: boolean, notch = 0): [number, number, number] {
  const shorter = Math.min(width, height);
  const side = shorter < SMALL_PX ? SIDE_PX_SMALL : Math.max(SIDE_PX, Math.round(SIDE_SHARE * shorter));
  const low = height - side - MARGIN_PX;
  // Below are the thumbs, and the play is in the middle: the upper corner, beside the buttons, is free.
  if (height < LYING_PX && width > height)
    return [width - notch - TOOLS_PX - side - MARGIN_PX, MARGIN_PX, side];
  // The lower corners are the thumbs'.
  return [width - side - MARGIN_PX, touch ? MARGIN_PX : low, side];
}

/** How much of the right edge the device does not let be used, in CSS pixels. */
export function notch(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--safe-right")) || 0;
}
