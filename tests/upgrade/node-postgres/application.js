// An application with a pool of one connection. For each line of its input it runs a query and prints
// a line of JSON: the rows, or the SQLSTATE of the error.
const readline = require("node:readline");
const {Pool} = require("pg");

const pool = new Pool({max: 1});
let lost = 0;
pool.on("error", () => { lost += 1; });

const [, , how] = process.argv;
const run = {
    simple: (text) => pool.query({text, rowMode: "array"}),
    extended: (text) => pool.query({text: `select * from (${text}) q where $1`, values: [true], rowMode: "array"}),
    transaction: async (text) => {
        const client = await pool.connect();
        client.on("error", () => {}); // as node-postgres asks of who holds a client
        try {
            await client.query("begin");
            const done = await client.query({text, rowMode: "array"});
            await client.query("commit");
            return done;
        } catch (error) {
            await client.query("rollback").catch(() => {});
            throw error;
        } finally {
            client.release();
        }
    },
}[how];

(async () => {
    for await (const text of readline.createInterface({input: process.stdin})) {
        let said;
        try {
            said = {rows: (await run(text)).rows};
        } catch (error) {
            said = {error: error.code ?? error.message};
        }
        console.log(JSON.stringify({...said, lost}));
    }
    await pool.end();
})();
