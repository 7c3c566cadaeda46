// Values of kwtools from pgx: docs/use/go.md. Connects by the variables of libpq.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

const attempts = 5

type person struct {
	id    int64
	name  string
	email *string
}

func connect(ctx context.Context, pooled bool) (*pgx.Conn, error) {
	mode := "prepare"
	if pooled { // a prepared statement belongs to one server process, and a transaction pooler changes it
		mode = "describe"
	}
	return pgx.Connect(ctx, "statement_cache_mode="+mode)
}

func writeOne(ctx context.Context, tx pgx.Tx, one person) error {
	// pgx asks the server for the types, so the key needs its type where it first appears.
	_, err := tx.Exec(ctx,
		`insert into people (id, name, email)
		values ($1::bigint, $2, kw.encrypt_text('people', $1, 'email', $3))`,
		one.id, one.name, one.email)
	return err
}

func readOne(ctx context.Context, tx pgx.Tx, id int64) (email *string, err error) {
	err = tx.QueryRow(ctx,
		`select kw.decrypt_text('people', id, 'email', email) from people where id = $1`, id,
	).Scan(&email)
	return email, err
}

func columns(people []person) (ids []int64, names []string, emails []*string) {
	for _, one := range people {
		ids = append(ids, one.id)
		names = append(names, one.name)
		emails = append(emails, one.email)
	}
	return ids, names, emails
}

func writeMany(ctx context.Context, tx pgx.Tx, people []person) error {
	ids, names, emails := columns(people)
	_, err := tx.Exec(ctx,
		`insert into people (id, name, email)
		select * from unnest(
			$1::bigint[], $2::text[], kw.encrypt_text_many_by_bigint('people', $1, 'email', $3)
		)`,
		ids, names, emails)
	return err
}

func readMany(ctx context.Context, tx pgx.Tx, ids []int64) (people []person, err error) {
	rows, err := tx.Query(ctx,
		`select unnest(p.ids), unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails))
		from (
			select array_agg(id order by id) as ids, array_agg(email order by id) as emails
			from people where id = any($1)
		) p`,
		ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one person
		if err := rows.Scan(&one.id, &one.email); err != nil {
			return nil, err
		}
		people = append(people, one)
	}
	return people, rows.Err() // an error of a function may come here only
}

func writeOtherKeys(ctx context.Context, tx pgx.Tx, visit [16]byte) (note []byte, door string, err error) {
	_, err = tx.Exec(ctx,
		`insert into visits values ($1::uuid, kw.encrypt('visits', $1, 'note', $2))`,
		visit, []byte("\x00met at noon")) // bytes are bytea
	if err != nil {
		return nil, "", err
	}
	_, err = tx.Exec(ctx,
		`insert into rooms values ($1::text, kw.encrypt_text('rooms', $1, 'door', $2))`, "A-1", "4711")
	if err != nil {
		return nil, "", err
	}
	err = tx.QueryRow(ctx,
		`select kw.decrypt('visits', v.id, 'note', v.note), kw.decrypt_text('rooms', r.code, 'door', r.door)
		from visits v, rooms r where v.id = $1 and r.code = $2`,
		visit, "A-1",
	).Scan(&note, &door)
	return note, door, err
}

func copyMany(ctx context.Context, tx pgx.Tx, people []person) error {
	ids, _, emails := columns(people)
	var sealed [][]byte
	err := tx.QueryRow(ctx,
		`select kw.encrypt_text_many_by_bigint('people', $1, 'email', $2)`, ids, emails,
	).Scan(&sealed)
	if err != nil {
		return err
	}
	rows := pgx.CopyFromSlice(len(people), func(number int) ([]interface{}, error) {
		return []interface{}{people[number].id, people[number].name, sealed[number]}, nil
	})
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"people"}, []string{"id", "name", "email"}, rows)
	return err
}

func inBatch(ctx context.Context, tx pgx.Tx, people []person) error {
	batch := &pgx.Batch{}
	for _, one := range people { // one round trip for all of them
		batch.Queue(
			`insert into people (id, name, email)
			values ($1::bigint, $2, kw.encrypt_text('people', $1, 'email', $3))`,
			one.id, one.name, one.email)
	}
	results := tx.SendBatch(ctx, batch)
	for range people {
		if _, err := results.Exec(); err != nil {
			results.Close()
			return err
		}
	}
	return results.Close()
}

func prepared(ctx context.Context, tx pgx.Tx, ids []int64) (last *string, err error) {
	_, err = tx.Prepare(ctx, "read email",
		`select kw.decrypt_text('people', id, 'email', email) from people where id = $1`)
	for _, id := range ids {
		if err == nil {
			err = tx.QueryRow(ctx, "read email", id).Scan(&last)
		}
	}
	return last, err
}

func whatToDo(err error) string {
	var failed *pgconn.PgError
	if !errors.As(err, &failed) {
		return "reconnect"
	}
	switch failed.Code {
	case "40001", "40P01":
		return "repeat the transaction"
	case "KW100":
		return "not permitted"
	case "KW301":
		return "erased"
	case "KW300":
		return "unreadable"
	case "KW204", "KW208", "55P03":
		return "try later"
	case "KW001", "57P01":
		return "reconnect"
	}
	return "report"
}

func repeat(ctx context.Context, connection *pgx.Conn, work func(pgx.Tx) error) (int, error) {
	for attempt := 1; ; attempt++ {
		err := connection.BeginFunc(ctx, work)
		if err == nil || whatToDo(err) != "repeat the transaction" || attempt == attempts {
			return attempt, err
		}
		time.Sleep(10 * time.Millisecond << attempt)
	}
}

func outcome(ctx context.Context, connection *pgx.Conn, query string, parameters ...interface{}) string {
	var found *string
	if err := connection.QueryRow(ctx, query, parameters...).Scan(&found); err != nil {
		return whatToDo(err)
	}
	return "no error"
}

func people(first, end int64) (made []person) {
	for id := first; id < end; id++ {
		email := fmt.Sprintf("%d@example.org", id)
		made = append(made, person{id, fmt.Sprintf("Person %d", id), &email})
	}
	return made
}

func text(email *string) string {
	if email == nil {
		return "null"
	}
	return *email
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func writeAndRead(ctx context.Context, tx pgx.Tx, pooled bool) {
	ada, grace := "ada@example.org", "grace@example.org"
	must(writeOne(ctx, tx, person{1, "Ada", &ada}))
	one, err := readOne(ctx, tx, 1)
	must(err)
	fmt.Println("one:", text(one))
	must(writeMany(ctx, tx, []person{{2, "Grace", &grace}, {3, "Alan", nil}}))
	many, err := readMany(ctx, tx, []int64{1, 2, 3})
	must(err)
	var shown []string
	for _, one := range many {
		shown = append(shown, fmt.Sprintf("%d %s", one.id, text(one.email)))
	}
	fmt.Println("many:", strings.Join(shown, ", "))
	var visit [16]byte
	_, err = rand.Read(visit[:])
	must(err)
	note, door, err := writeOtherKeys(ctx, tx, visit)
	must(err)
	fmt.Println("keys:", string(note[1:]), door)
	must(copyMany(ctx, tx, people(10, 110)))
	ids, _, _ := columns(people(10, 110))
	copied, err := readMany(ctx, tx, ids)
	must(err)
	fmt.Println("copied:", len(copied), text(copied[99].email))
	must(inBatch(ctx, tx, people(110, 120)))
	one, err = readOne(ctx, tx, 119)
	must(err)
	fmt.Println("pipeline:", text(one))
	if !pooled {
		one, err = prepared(ctx, tx, ids[:20])
		must(err)
		fmt.Println("prepared:", text(one))
	}
}

func main() {
	ctx := context.Background()
	pooled := len(os.Args) > 1 && os.Args[1] == "--pooled"
	connection, err := connect(ctx, pooled)
	must(err)
	defer connection.Close(ctx)
	must(connection.BeginFunc(ctx, func(tx pgx.Tx) error {
		writeAndRead(ctx, tx, pooled)
		return nil
	}))
	email := "retry@example.org"
	tries, err := repeat(ctx, connection, func(tx pgx.Tx) error {
		return writeOne(ctx, tx, person{200, "Retry", &email})
	})
	must(err)
	must(connection.BeginFunc(ctx, func(tx pgx.Tx) error {
		one, err := readOne(ctx, tx, 200)
		fmt.Println("repeated:", tries, text(one))
		return err
	}))
	fmt.Println("salary:", outcome(ctx, connection, `select kw.decrypt_text('people', 1, 'salary', $1)`, []byte{0}))
	read := `select kw.decrypt_text('people', $1::bigint, 'email', email) from people where id = $2`
	fmt.Println("person 9:", outcome(ctx, connection, read, 9, 9))
	fmt.Println("moved:", outcome(ctx, connection, read, 2, 1))
}
