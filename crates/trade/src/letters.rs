//! Letters: what the house writes to people by mail.
//!
//! A letter is queued in the transaction that it tells of. How it is sent is not known here.

use store::db::Tx;
use store::letters::{self, Letter};

use crate::error::Error;
use crate::fresh;
use domain::Instant;

/// Queues a letter to one address; it leaves once the transaction has committed.
pub(crate) async fn queue(
    tx: &mut Tx<'_>,
    recipient: &str,
    subject: &str,
    text: String,
) -> Result<(), Error> {
    let now = Instant::from_epoch_ms(tx.now().await?);
    let letter = Letter {
        id: format!("le-{}", &fresh::token()?[..24]),
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
        text,
    };
    Ok(letters::queue(tx, &letter, now).await?)
}
