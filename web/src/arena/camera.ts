// Where the world is on the screen: the whole arena fits, turned by a quarter when that makes it
// clearly larger. Device pixels.

/** How much larger the turned picture must be. */
const WORTH = 1.15;

export class Camera {
  /** Device pixels per unit. */
  scale = 1;
  turned = false;
  /** Size of the world in units, as fitted last. */
  width = 0;
  height = 0;
  /** What the picture's own place is moved by, in units: a renderer that follows a head sets it. */
  lookX = 0;
  lookY = 0;
  private left = 0;
  private top = 0;

  /** Moves on to another place in the world, (0, 0) being the one that was fitted. */
  look(x: number, y: number): void {
    this.lookX = x;
    this.lookY = y;
  }

  /** Fits a world of width × height units into a view, leaving `margin` pixels; true if it moved. */
  fit(
    width: number,
    height: number,
    viewWidth: number,
    viewHeight: number,
    margin: number,
    turnable: boolean,
  ): boolean {
    const roomX = Math.max(1, viewWidth - 2 * margin);
    const roomY = Math.max(1, viewHeight - 2 * margin);
    const straight = Math.min(roomX / width, roomY / height);
    const across = Math.min(roomX / height, roomY / width);
    const turned = turnable && across > straight * WORTH;
    const scale = turned ? across : straight;
    const left = (viewWidth - (turned ? height : width) * scale) / 2;
    const top = (viewHeight - (turned ? width : height) * scale) / 2;
    if (
      scale === this.scale &&
      turned === this.turned &&
      left === this.left &&
      top === this.top &&
      width === this.width &&
      height === this.height
    )
      return false;
    this.scale = scale;
    this.turned = turned;
    this.width = width;
    this.height = height;
    this.left = left;
    this.top = top;
    return true;
  }

  /** The pixel column of a point in units. */
  x(x: number, y: number): number {
    return this.turned
      ? this.left + (this.height - y + this.lookY) * this.scale
      : this.left + (x - this.lookX) * this.scale;
  }

  /** The pixel row of a point in units. */
  y(x: number, y: number): number {
    return this.top + (this.turned ? x - this.lookX : y - this.lookY) * this.scale;
  }

  /** The place in the world at a pixel, in units. */
  worldAt(px: number, py: number): [number, number] {
    const across = (px - this.left) / this.scale;
    const down = (py - this.top) / this.scale;
    return this.turned
      ? [down + this.lookX, this.height - across + this.lookY]
      : [across + this.lookX, down + this.lookY];
  }

  /** An angle in the world as an angle on the screen, radians. */
  angle(radians: number): number {
    return this.turned ? radians + Math.PI / 2 : radians;
  }

  /** Lets a layer be drawn on in units; `share` is its resolution against the others. */
  apply(context: CanvasRenderingContext2D, share = 1): void {
    const s = this.scale * share;
    if (this.turned)
      context.setTransform(0, s, -s, 0, (this.left + this.height * this.scale) * share, this.top * share);
    else context.setTransform(s, 0, 0, s, this.left * share, this.top * share);
  }
}
