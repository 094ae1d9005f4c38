# By the store's ARN, which also says where the store is:
terraform import iam_only_event_data_store_selector.lake arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE

# By its ID, looked up in the provider's Region:
terraform import iam_only_event_data_store_selector.lake EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE
