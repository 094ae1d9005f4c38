# When to use it: an event data store of CloudTrail Lake that exists is to ingest IAM activity only.

resource "iam_only_event_data_store_selector" "lake" {
  event_data_store = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"

  # IAM, and who took on which role.
  services = ["iam", "sts"]
}
