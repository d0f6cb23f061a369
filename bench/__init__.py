"""`make bench`: what Visavis takes, side by side with plain yardsticks. Nothing here is a test."""
