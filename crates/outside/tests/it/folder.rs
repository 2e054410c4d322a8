//! Mail as files.

use outside::Mail;

use crate::server::message;

#[tokio::test]
async fn a_message_is_one_file_however_often_it_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let mail = Mail::Folder(folder.path().join("mail"));
    let mut sent = message();
    for text in ["Hello\n", "Hello again\n"] {
        sent.text = text.to_owned();
        mail.send(&sent).await.expect("is written");
    }
    let files = std::fs::read_dir(folder.path().join("mail")).expect("a folder");
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    assert_eq!(file.file_name().expect("a name"), "le-1.eml");
    assert_eq!(std::fs::read(file).expect("reads"), sent.bytes());
}

#[tokio::test]
async fn an_id_leads_out_of_no_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mail = Mail::Folder(folder.path().join("mail"));
    let mut sent = message();
    sent.id = "../../le/2".to_owned();
    mail.send(&sent).await.expect("is written");
    assert!(folder.path().join("mail/le2.eml").is_file());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_tried_again_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mail");
    std::fs::write(&file, "in the way").expect("writes");
    let error = Mail::Folder(file)
        .send(&message())
        .await
        .expect_err("cannot");
    assert!(!error.is_final, "{error}");
}
