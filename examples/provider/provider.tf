# When to use it: once in every configuration that uses the provider. Arguments of the session are
# spelled as in provider "aws".

terraform {
  required_providers {
    iam = {
      source  = "iam-only/iam"
      version = "~> 0.1"
    }
  }
}

provider "iam" {
  region  = "us-east-1"
  profile = "audit"

  # What every selector starts from unless it says otherwise. Left out, it is all of IAM.
  event_catalog {
    services = ["iam"]
    exclude  = ["SimulatePrincipalPolicy", "SimulateCustomPolicy"]
  }
}
