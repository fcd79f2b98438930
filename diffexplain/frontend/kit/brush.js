/**
 * What a view paints over a scatter plot: lines, rings, discs, small pictures in frames. In pixels of its canvas.
 *
 * @typedef {[number, number]} Spot
 */

/**
 * A line through some spots.
 * @param {CanvasRenderingContext2D} context
 * @param {Spot[]} spots
 * @param {string} colour
 * @param {number} width
 * @param {{ dash?: number[], cap?: CanvasLineCap }} [options]
 */
export function stroke(context, spots, colour, width, { dash = [], cap = "round" } = {}) {
  context.beginPath();
  for (const spot of spots) context.lineTo(...spot);
  Object.assign(context, { strokeStyle: colour, lineWidth: width, lineCap: cap, lineJoin: "round" });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {Spot} spot @param {number} radius */
function circle(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** @param {CanvasRenderingContext2D} context @param {Spot} spot @param {number} radius @param {string} colour @param {number} width */
export function ring(context, spot, radius, colour, width) {
  circle(context, spot, radius);
  Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.stroke();
}

/**
 * One outline around all rings that touch: by themselves they would be a scribble where many lie close.
 * @param {CanvasRenderingContext2D} context
 * @param {Spot[]} spots  few: each is held against each
 * @param {number} radius
 * @param {string} colour
 * @param {number} width
 */
export function outline(context, spots, radius, colour, width) {
  for (const spot of spots) {
    context.save();
    for (const other of spots) {
      if (other === spot || Math.hypot(other[0] - spot[0], other[1] - spot[1]) >= 2 * radius) continue;
      circle(context, other, radius - width / 2);
      context.rect(spot[0] - 2 * radius, spot[1] - 2 * radius, 4 * radius, 4 * radius);
      context.clip("evenodd"); // of the ring, what lies outside of the other
    }
    ring(context, spot, radius, colour, width);
    context.restore();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Spot} spot @param {number} radius @param {string} colour @param {string} [edge]  colour of an edge around it */
export function disc(context, spot, radius, colour, edge) {
  circle(context, spot, radius);
  context.fillStyle = colour;
  if (edge) {
    Object.assign(context, { strokeStyle: edge, lineWidth: 3 });
    context.stroke();
  }
  context.fill();
}

/**
 * A picture with edges around it, the widest first; the edges alone where the picture isn't there yet.
 * @param {CanvasRenderingContext2D} context
 * @param {Spot} middle
 * @param {number} side
 * @param {CanvasImageSource | null} image
 * @param {...[number, string]} edges  width and colour of each
 */
export function framed(context, [x, y], side, image, ...edges) {
  for (const [width, colour] of edges) {
    context.fillStyle = colour;
    context.fillRect(x - side / 2 - width, y - side / 2 - width, side + 2 * width, side + 2 * width);
  }
  if (image) context.drawImage(image, x - side / 2, y - side / 2, side, side);
}
