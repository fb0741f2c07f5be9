/** Where the server lists the rules that a browser may run: `{"games": {name: path}}`. */
export const INDEX = "/rules/index.json";
