//! Values of kwtools from tokio-postgres: docs/use/rust.md. Connects by the variables of libpq.

use std::env;
use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::pin_mut;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, GenericClient, NoTls};
use uuid::Uuid;

const ATTEMPTS: u32 = 5;

struct Person {
    id: i64,
    name: String,
    email: Option<String>,
}

async fn connect() -> Result<Client, Error> {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let mut settings = tokio_postgres::Config::new();
    settings
        .host(&variable("PGHOST"))
        .port(variable("PGPORT").parse().unwrap_or(5432))
        .dbname(&variable("PGDATABASE"))
        .user(&variable("PGUSER"));
    let (client, connection) = settings.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn write_one(client: &impl GenericClient, one: &Person) -> Result<(), Error> {
    // The driver asks the server for the types, so the key needs its type where it first appears.
    let insert = "insert into people (id, name, email)
        values ($1::bigint, $2, kw.encrypt_text('people', $1, 'email', $3))";
    client.execute(insert, &[&one.id, &one.name, &one.email]).await?;
    Ok(())
}

async fn read_one(client: &impl GenericClient, id: i64) -> Result<Option<String>, Error> {
    let select = "select kw.decrypt_text('people', id, 'email', email) from people where id = $1";
    client.query_one(select, &[&id]).await?.try_get(0)
}

async fn write_many(client: &impl GenericClient, people: &[Person]) -> Result<(), Error> {
    let ids: Vec<_> = people.iter().map(|one| one.id).collect();
    let names: Vec<_> = people.iter().map(|one| &one.name).collect();
    let emails: Vec<_> = people.iter().map(|one| &one.email).collect();
    let insert = "insert into people (id, name, email)
        select * from unnest(
            $1::bigint[], $2::text[], kw.encrypt_text_many_by_bigint('people', $1, 'email', $3)
        )";
    client.execute(insert, &[&ids, &names, &emails]).await?;
    Ok(())
}

async fn read_many(
    client: &impl GenericClient,
    ids: &[i64],
) -> Result<Vec<(i64, Option<String>)>, Error> {
    let select = "select
            unnest(p.ids),
            unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails))
        from (
            select array_agg(id order by id) as ids, array_agg(email order by id) as emails
            from people where id = any($1)
        ) p";
    let rows = client.query(select, &[&ids]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

async fn write_other_keys(
    client: &impl GenericClient,
    visit: Uuid,
) -> Result<(Vec<u8>, String), Error> {
    let note: &[u8] = b"\x00met at noon"; // bytes are bytea
    let insert = "insert into visits values ($1::uuid, kw.encrypt('visits', $1, 'note', $2))";
    client.execute(insert, &[&visit, &note]).await?;
    let insert = "insert into rooms values ($1::text, kw.encrypt_text('rooms', $1, 'door', $2))";
    client.execute(insert, &[&"A-1", &"4711"]).await?;
    let select = "select
            kw.decrypt('visits', v.id, 'note', v.note),
            kw.decrypt_text('rooms', r.code, 'door', r.door)
        from visits v, rooms r where v.id = $1 and r.code = $2";
    let row = client.query_one(select, &[&visit, &"A-1"]).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn copy_many(client: &mut Client, people: &[Person]) -> Result<(), Error> {
    let ids: Vec<_> = people.iter().map(|one| one.id).collect();
    let emails: Vec<_> = people.iter().map(|one| &one.email).collect();
    let transaction = client.transaction().await?;
    let select = "select kw.encrypt_text_many_by_bigint('people', $1, 'email', $2)";
    let row = transaction.query_one(select, &[&ids, &emails]).await?;
    let sealed: Vec<Option<Vec<u8>>> = row.try_get(0)?;
    let copy = "copy people (id, name, email) from stdin (format binary)";
    let types = [Type::INT8, Type::TEXT, Type::BYTEA];
    let writer = BinaryCopyInWriter::new(transaction.copy_in(copy).await?, &types);
    pin_mut!(writer);
    for (one, email) in people.iter().zip(&sealed) {
        writer.as_mut().write(&[&one.id, &one.name, email]).await?;
    }
    writer.finish().await?;
    transaction.commit().await
}

async fn in_pipeline(client: &Client, people: &[Person]) -> Result<(), Error> {
    // Futures that are polled together are sent together, and answered in order.
    try_join_all(people.iter().map(|one| write_one(client, one))).await?;
    Ok(())
}

async fn prepared(client: &Client, ids: &[i64]) -> Result<Option<String>, Error> {
    let select = "select kw.decrypt_text('people', id, 'email', email) from people where id = $1";
    let statement = client.prepare(select).await?;
    let mut last = None;
    for id in ids {
        last = client.query_one(&statement, &[id]).await?.try_get(0)?;
    }
    Ok(last)
}

fn what_to_do(error: &Error) -> &'static str {
    match error.code().map(SqlState::code) {
        Some("40001" | "40P01") => "repeat the transaction",
        Some("KW100") => "not permitted",
        Some("KW301") => "erased",
        Some("KW300") => "unreadable",
        Some("KW204" | "KW208" | "55P03") => "try later",
        Some("KW001" | "57P01") | None => "reconnect",
        _ => "report",
    }
}

async fn write_or_repeat(client: &mut Client, one: &Person) -> Result<u32, Error> {
    let mut attempt = 1;
    loop {
        let transaction = client.transaction().await?;
        let done = match write_one(&transaction, one).await {
            Ok(()) => transaction.commit().await,
            Err(error) => transaction.rollback().await.and(Err(error)),
        };
        match done {
            Err(error) if what_to_do(&error) == "repeat the transaction" && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
                attempt += 1;
            }
            other => return other.map(|()| attempt),
        }
    }
}

async fn outcome(client: &Client, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> &'static str {
    match client.query(query, parameters).await {
        Ok(_) => "no error",
        Err(error) => what_to_do(&error),
    }
}

fn person(id: i64, name: &str, email: Option<&str>) -> Person {
    Person { id, name: name.to_owned(), email: email.map(str::to_owned) }
}

fn people(ids: std::ops::Range<i64>) -> Vec<Person> {
    ids.map(|id| person(id, &format!("Person {id}"), Some(&format!("{id}@example.org")))).collect()
}

fn text(email: Option<String>) -> String {
    email.unwrap_or_else(|| "null".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut client = connect().await?;
    write_one(&client, &person(1, "Ada", Some("ada@example.org"))).await?;
    println!("one: {}", text(read_one(&client, 1).await?));
    let two = [person(2, "Grace", Some("grace@example.org")), person(3, "Alan", None)];
    write_many(&client, &two).await?;
    let many = read_many(&client, &[1, 2, 3]).await?;
    let many: Vec<_> = many.into_iter().map(|(id, email)| format!("{id} {}", text(email))).collect();
    println!("many: {}", many.join(", "));
    let (note, door) = write_other_keys(&client, Uuid::from_u128(7)).await?;
    println!("keys: {} {door}", String::from_utf8_lossy(&note[1..]));
    copy_many(&mut client, &people(10..110)).await?;
    let ids: Vec<_> = (10..110).collect();
    let copied = read_many(&client, &ids).await?.len();
    println!("copied: {copied} {}", text(read_one(&client, 109).await?));
    in_pipeline(&client, &people(110..120)).await?;
    println!("pipeline: {}", text(read_one(&client, 119).await?));
    println!("prepared: {}", text(prepared(&client, &ids[..20]).await?));
    let retry = person(200, "Retry", Some("retry@example.org"));
    let attempts = write_or_repeat(&mut client, &retry).await?;
    println!("repeated: {attempts} {}", text(read_one(&client, 200).await?));
    let salary = "select kw.decrypt_text('people', 1, 'salary', $1)";
    println!("salary: {}", outcome(&client, salary, &[&[0u8].as_slice()]).await);
    let read = "select kw.decrypt_text('people', $1::bigint, 'email', email) from people where id = $2";
    println!("person 9: {}", outcome(&client, read, &[&9i64, &9i64]).await);
    println!("moved: {}", outcome(&client, read, &[&2i64, &1i64]).await);
    Ok(())
}
