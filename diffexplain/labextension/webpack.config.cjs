// Modules are numbered in the order in which they are met: numbers made from paths, as the builder has them, differ from machine to machine.
module.exports = { optimization: { moduleIds: "natural", chunkIds: "natural" } };
